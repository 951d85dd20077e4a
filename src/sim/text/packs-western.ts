import { type LanguagePack, list } from "./language.ts";

const ENGLISH: LanguagePack = {
  language: "en",
  unspaced: false,
  asks: list(`
    How do I {task} {detail} if {own} only has {number} of them?
    I need to {task} {detail}; {person} says {noun} will do. True?
    What is a {quality} way to {task} when {noun} and {other} both matter?
    Can you explain {noun} to {person}, who wants to {task} {detail}?
    We have {number} days to {task} near {place}. Where do we start with {noun}?
    Is {noun} {quality} enough, or should {own} rather look at {other} {detail}?
    Write {number} short notes on {noun} for {own}, mostly about how to {task}.
    {person} in {place} asked me to {task} {detail}. What would you check first about {noun}?
    Compare {noun} with {other} for {own}: which is more {quality} {detail}?
    My plan for {own} was to {task}, then {noun} got in the way {detail}. Ideas?
    Give me a {quality} checklist, at most {number} points, to {task} {detail}.
    Why does {noun} go wrong every time we {task} at {own}?
    Draft a message to {person} about {noun}: we could not {task} {detail}.
    Which mistakes do people make with {noun} when they {task} in {place}?
    Tell me about {noun} {detail}, especially what {own} should know at stage {number}.
    Someone at {own} claims you can {task} with {other} alone. How {quality} is that {detail}?`),
  contexts: list(`
    For context, {own} has {number} people and {noun} is the weak point.
    Last time {person} tried to {task}, {other} failed after {number} days.
    We are in {place} and have to do it {detail}.
    So far I have read about {noun} and {other}, {number} pages or so.
    {own} already spent {number} hours on {noun}.
    The {quality} option seems to be {other}, but {person} disagrees.
    It started when we had to {task} for {person}.
    My own attempt with {noun} was not {quality} at all, see {own}.`),
  constraints: list(`
    Please keep it under {number} lines.
    Don't suggest {other}, {own} has ruled that out.
    Something {quality} and cheap, {person} pays for it.
    Answer as if {person} had never seen {noun}.
    It must work {detail}.
    No bullet points, {person} hates them.
    I'd rather hear about {noun} than about {other}.
    Give numbers where you can, {number} is my guess.`),
  followUps: list(`
    And what about {noun} {detail}?
    ok but {person} wants it {quality}
    Can you redo point {number} with {other}?
    That did not work for {own}, {noun} is still the same.
    Shorter please, {person} only reads {number} lines.
    Why {other} and not {noun}?
    Could we also {task} while we are at it?
    What if {own} can't {task}?
    hm, give me a {quality} example with {noun}
    thanks, now the same for {place}`),
  greetings: list(`Hi, | Hello! | Hey there, | Good morning. | hi again, | Quick question: | Hoping you can help.`),
  thanks: list(`Thanks! | Thank you. | Cheers. | Many thanks in advance. | ty`),
  replies: list(`
    The short answer: {noun} matters more than {other} {detail}.
    Begin by checking {noun}; about {number} in a hundred cases end there.
    If you want to {task}, take the {quality} route first.
    {other} is worth a look, but only {detail}.
    A {quality} plan has three parts: {noun}, {other} and patience.
    I would not {task} before {noun} is settled.
    Expect {number} days, a little more {detail}.
    You can {task} step by step and keep {other} for later.
    Two things stand out: {noun} is {quality}, and {other} is not.
    For {place} the usual advice on {noun} is too careful.`),
  facts: list(`
    On day {number} the team at {place} recorded {noun} as {quality}.
    {person} reported that {other} had changed {detail}.
    Section {number} covers {noun} and how to {task}.
    The register lists {number} cases of {other} {detail}.
    According to {person}, {noun} remained {quality} until spring.
    Customers in {place} asked for {noun} rather than {other}.`),
  qualities: list(
    `reliable | cheap | quick | gentle | thorough | simple | robust | modern | low-risk | unusual | honest | practical | durable | subtle | fair`,
  ),
  places: list(
    `Leeds | Toronto | Cork | Durban | Perth | Austin | Nairobi | Dunedin | Lagos | Manila | Galway | Tucson | Penang | Bristol | Halifax | Accra | Boise | Hobart`,
  ),
  people: list(
    `Nora | Malik | Joanna | Tomasz | Ines | Derek | Shreya | Owen | Farah | Lucia | Kofi | Hanne | Pete | Yuki | Abel | Rosa | Idris | Maud | Leo | Priya`,
  ),
  syllables: list(
    `bra | lin | tor | ves | ka | mun | del | ori | pax | sel | quin | har | wy | zan | bel | cor | fen | gra | ith | jun | lo | mar | nex | osk | pre | rud | sha | tam | ul | vo`,
  ),
};

const SPANISH: LanguagePack = {
  language: "es",
  unspaced: false,
  asks: list(`
    ¿Cómo puedo {task} {detail} si en {own} solo hay {number}?
    Necesito {task} {detail}; {person} dice que basta con {noun}. ¿Es verdad?
    ¿Qué es más {quality}, {noun} o {other}, para {own}?
    Escríbeme {number} ideas sobre {noun} para {own}.
    {person}, de {place}, quiere {task} {detail}. ¿Por dónde empieza?
    Explícame {noun} como si fuera {person} y tuviera {number} años.
    En {place} nos cuesta {task}. ¿Qué haces con {other} {detail}?
    Redacta un mensaje para {person} sobre {noun} y {other}.
    ¿Qué errores hay al {task} con {noun} en {own}?
    Dame un plan {quality} de {number} días para {task}.`),
  contexts: list(`
    Somos {number} en {own} y nos preocupa {noun}.
    La última vez {person} intentó {task} y falló {other}.
    Vivimos en {place} y hay que hacerlo {detail}.
    Ya he leído sobre {noun}, unas {number} páginas.
    En {own} creen que {other} es lo más {quality}.`),
  constraints: list(`
    Que no pase de {number} líneas.
    Sin {other}, por favor, {person} no quiere.
    Que sea {quality} y barato para {own}.
    Tiene que servir {detail}.
    Con ejemplos de {place}.`),
  followUps: list(`
    ¿Y {noun} {detail}?
    Más corto, {person} solo lee {number} líneas.
    No funcionó en {own}, sigue igual {noun}.
    ¿Por qué {other} y no {noun}?
    Repite el punto {number} con {other}.
    ¿Y si no puedo {task}?`),
  greetings: list(`Hola, | Buenas, | Buenos días. | Una duda: | Perdona,`),
  thanks: list(`Gracias. | ¡Mil gracias! | Un saludo.`),
  replies: list(`
    Lo primero es {noun}; después ya veremos {other}.
    Para {task} conviene ir {detail} y sin prisa.
    Calcula unos {number} días.
    {other} ayuda, aunque no es lo más {quality}.
    Hay dos caminos para {task}; el {quality} suele bastar.
    En {place} se hace de otra forma: primero {noun}.`),
  facts: list(`
    El día {number} en {place} anotaron {noun} como {quality}.
    {person} informó de que {other} había cambiado {detail}.
    El apartado {number} trata de {noun} y de cómo {task}.`),
  qualities: list(`fiable | barato | rápido | sencillo | práctico | seguro | moderno | suave | completo | raro`),
  places: list(
    `Bilbao | Rosario | Puebla | Cuenca | Arequipa | Sevilla | Medellín | Valparaíso | Oaxaca | Gijón | Montevideo | Quito`,
  ),
  people: list(`Lola | Andrés | Ximena | Paco | Mercedes | Iván | Rocío | Tomás | Elena | Julián | Carmen | Nacho`),
  syllables: list(`bar | ce | dro | fi | gal | lu | mo | nar | pi | que | ro | sal | ti | ver | zo | cha | men | to`),
};

const PORTUGUESE: LanguagePack = {
  language: "pt",
  unspaced: false,
  asks: list(`
    Como posso {task} {detail} se em {own} só temos {number}?
    Preciso {task} {detail}; {person} diz que {noun} resolve. Será?
    O que é mais {quality} para {own}: {noun} ou {other}?
    Me dê {number} ideias sobre {noun} para {own}.
    {person}, de {place}, quer {task} {detail}. Por onde começar?
    Explique {noun} para {person} em {number} frases.
    Escreva uma mensagem para {person} sobre {noun} e {other}.
    Monte um plano {quality} de {number} dias para {task}.
    Quais erros aparecem ao {task} com {other} em {place}?`),
  contexts: list(`
    Somos {number} em {own} e o problema é {noun}.
    Da última vez {person} tentou {task} e {other} atrapalhou.
    Moramos em {place} e precisa ser {detail}.
    Já gastei {number} horas com {noun}.`),
  constraints: list(`
    No máximo {number} linhas.
    Sem {other}, {person} não gosta.
    Algo {quality} para {own}.
    Tem que funcionar {detail}.`),
  followUps: list(`
    E {noun} {detail}?
    Mais curto, {person} só lê {number} linhas.
    Não deu certo em {own}, {noun} continua igual.
    Por que {other} e não {noun}?
    Refaça o item {number} com {other}.`),
  greetings: list(`Oi, | Olá! | Bom dia. | Uma dúvida: | E aí,`),
  thanks: list(`Obrigado! | Valeu. | Muito obrigada.`),
  replies: list(`
    Comece por {noun} e deixe {other} para depois.
    Para {task} o caminho mais {quality} costuma bastar.
    Conte com uns {number} dias.
    {other} ajuda, mas só {detail}.
    Em {place} fazem diferente: primeiro {noun}.`),
  facts: list(`
    No dia {number}, em {place}, registraram {noun} como {quality}.
    {person} informou que {other} mudou {detail}.
    A seção {number} trata de {noun} e de como {task}.`),
  qualities: list(`simples | barato | rápido | seguro | prático | firme | leve | completo | moderno`),
  places: list(`Recife | Braga | Curitiba | Coimbra | Belém | Santos | Luanda | Faro | Goiânia | Maputo`),
  people: list(`Bia | Caio | Teresa | Duarte | Marina | Rui | Lívia | Otávio | Joana | Fábio`),
  syllables: list(`bru | ca | dor | fe | ju | lim | ma | nho | pe | ra | sil | tu | vi | xa | zé | lo`),
};

const GERMAN: LanguagePack = {
  language: "de",
  unspaced: false,
  asks: list(`
    Wie kann ich {detail} {task}, wenn {own} nur {number} davon hat?
    Ich möchte {detail} {task}; {person} meint, {noun} reiche. Stimmt das?
    Was ist für {own} {quality}: {noun} oder {other}?
    Nenne mir {number} Punkte zu {noun} für {own}.
    {person} aus {place} will {detail} {task}. Womit anfangen?
    Erkläre {person} bitte in {number} Sätzen, was {noun} mit {other} zu tun hat.
    Schreibe eine Nachricht an {person}: {noun}, dazu {other}.
    Welche Fehler passieren, wenn wir in {place} {task} wollen?
    Mach mir einen Plan für {number} Tage, um {detail} {task} zu können.`),
  contexts: list(`
    Wir sind {number} Leute bei {own}, und {noun} macht Sorgen.
    Beim letzten Mal wollte {person} {task}, dann kam {other} dazwischen.
    Wir wohnen in {place}, und es muss {detail} gehen.
    Über {noun} habe ich schon {number} Seiten gelesen.`),
  constraints: list(`
    Bitte höchstens {number} Zeilen.
    Ohne {other}, das will {person} nicht.
    Hauptsache {quality}, {own} zahlt es selbst.
    Es muss {detail} klappen.`),
  followUps: list(`
    Und {noun} {detail}?
    Kürzer bitte, {person} liest nur {number} Zeilen.
    Bei {own} ging das nicht, {noun} ist wie vorher.
    Warum {other} und nicht {noun}?
    Punkt {number} bitte noch einmal mit {other}.`),
  greetings: list(`Hallo, | Guten Morgen. | Moin, | Kurze Frage: | Servus,`),
  thanks: list(`Danke! | Vielen Dank. | Besten Dank im Voraus.`),
  replies: list(`
    Zuerst kommt {noun}, danach {other}.
    Wer {detail} {task} will, fängt am besten klein an.
    Rechne mit etwa {number} Tagen.
    {other} hilft, ist aber nicht so {quality}.
    In {place} macht man es anders: erst {noun}.`),
  facts: list(`
    Am Tag {number} galt {noun} in {place} als {quality}.
    {person} meldete, dass {other} sich {detail} verändert habe.
    Abschnitt {number} behandelt {noun} und wie man {task} kann.`),
  qualities: list(`einfach | günstig | schnell | sicher | gründlich | praktisch | haltbar | leise | modern`),
  places: list(`Kassel | Graz | Bremen | Chur | Jena | Passau | Linz | Essen | Bozen | Kiel`),
  people: list(`Anke | Jürgen | Fatma | Lukas | Heike | Matteo | Sabine | Emre | Clara | Uwe`),
  syllables: list(`berg | dan | ell | fro | gen | hal | kra | lau | mer | nor | ost | rin | stel | tal | ul | wen`),
};

export const WESTERN_PACKS = [ENGLISH, SPANISH, PORTUGUESE, GERMAN];
