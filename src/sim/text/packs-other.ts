import { type LanguagePack, list } from "./language.ts";

const CHINESE: LanguagePack = {
  language: "zh",
  unspaced: true,
  asks: list(`
    {detail}，怎么{task}？我们{own}现在只有{number}份{noun}。
    想{task}，{person}说用{noun}就行，是真的吗？{own}这边{detail}。
    {noun}和{other}哪个更{quality}？主要是给{own}用。
    请给{own}列{number}条关于{noun}的建议，{detail}。
    {place}的{person}让我{task}，应该先看{noun}还是{other}？
    用{number}句话给{person}讲明白{noun}，顺便说说{other}。
    帮我给{person}写一段话，说说{noun}和{other}，{detail}。
    做一个{number}天的计划，目标是{task}，要{quality}一点，{own}能照着做。
    为什么{own}每次{task}都会在{noun}上出问题？
    在{place}{task}有哪些坑？{other}要注意什么？`),
  contexts: list(`
    我们{own}一共{number}个人，最担心的是{noun}。
    上次{person}想{task}，结果{other}出了问题。
    人在{place}，而且{detail}。
    关于{noun}我已经看了{number}篇文章。`),
  constraints: list(`
    不要超过{number}行。
    别提{other}，{person}不喜欢。
    要{quality}一点，{own}预算不多。
    必须{detail}也能用。`),
  followUps: list(`
    那{noun}呢？{detail}。
    再短一点，{person}只看{number}行。
    {own}试过了，{noun}还是老样子。
    为什么选{other}而不是{noun}？
    第{number}点换成{other}重写。
    如果没办法{task}呢？`),
  greetings: list(`你好， | 您好， | 请问一下， | 在吗？ | 早上好，`),
  thanks: list(`谢谢！ | 麻烦了。 | 多谢。`),
  replies: list(`
    先处理{noun}，再考虑{other}。
    想{task}的话，{quality}的办法通常就够了。
    大概需要{number}天。
    {other}有帮助，不过要看情况：{detail}。
    在{place}一般先看{noun}。
    有两点要注意：一是{noun}，二是{other}。`),
  facts: list(`
    第{number}天，{place}的记录显示{noun}比较{quality}。
    {person}报告说{other}有变化，{detail}。
    第{number}节介绍{noun}以及怎样{task}。`),
  qualities: list(`省事 | 便宜 | 稳妥 | 实用 | 简单 | 靠谱 | 温和 | 新颖 | 全面`),
  places: list(`绍兴 | 洛阳 | 泉州 | 遵义 | 大理 | 威海 | 桂林 | 保定 | 宜昌 | 台南`),
  people: list(`小满 | 老周 | 雯雯 | 建国 | 思远 | 阿珍 | 李工 | 晓东 | 王老师 | 佳怡`),
  syllables: list(`云 | 禾 | 川 | 岚 | 墨 | 星 | 泽 | 柏 | 棠 | 朗 | 青 | 临 | 舟 | 鹿 | 溪 | 诺`),
};

const JAPANESE: LanguagePack = {
  language: "ja",
  unspaced: true,
  asks: list(`
    {detail}{task}にはどうすればいいですか。{own}には{noun}が{number}個しかありません。
    {person}は{noun}で十分と言いますが、{detail}{task}のは難しいですか。
    {noun}と{other}では、{own}にとってどちらが{quality}ですか。
    {own}のために、{noun}について{number}個の案をください。
    {place}の{person}が{task}つもりです。{noun}から始めるべきですか。
    {noun}を{person}に{number}文で説明してください。{other}にも触れてください。
    {person}宛てに{noun}と{other}のことを書いたメールを作ってください。
    {task}ための{quality}計画を{number}日分作ってください。対象は{own}です。`),
  contexts: list(`
    {own}は{number}人で、{noun}が心配です。
    前回{person}が試したときは{other}が問題でした。
    {place}に住んでいて、{detail}やる必要があります。`),
  constraints: list(`
    {number}行以内でお願いします。
    {other}はなしで、{person}が嫌がります。
    {own}の予算が少ないので、{quality}ものがいいです。`),
  followUps: list(`
    では{noun}は{detail}どうですか。
    もっと短く、{person}は{number}行しか読みません。
    {own}ではうまくいかず、{noun}は変わりません。
    なぜ{noun}ではなく{other}なのですか。
    {number}番を{other}で書き直してください。`),
  greetings: list(`こんにちは。 | はじめまして。 | すみません、 | 質問です。`),
  thanks: list(`ありがとうございます。 | よろしくお願いします。 | 助かります。`),
  replies: list(`
    まず{noun}を確認し、そのあと{other}を見ましょう。
    {task}なら、{quality}方法で足ります。
    だいたい{number}日かかります。
    {other}も役に立ちますが、{detail}に限ります。
    {place}では{noun}が先です。`),
  facts: list(`
    {number}日目に{place}で{noun}が{quality}と記録された。
    {person}によると、{other}は{detail}変わった。
    第{number}節は{noun}について述べる。`),
  qualities: list(`簡単な | 安い | 確実な | 丁寧な | 新しい | 実用的な | 静かな | 手軽な`),
  places: list(`金沢 | 高松 | 函館 | 松本 | 長崎 | 福井 | 宮崎 | 川越`),
  people: list(`佐藤さん | 美咲 | 健太 | 母 | 中村課長 | 由紀 | 翔 | 山口先生`),
  syllables: list(`ハル | ミナ | トワ | リオ | サク | ノア | カイ | ユズ | ソラ | メイ | レン | ツキ`),
};

const HINDI: LanguagePack = {
  language: "hi",
  unspaced: false,
  asks: list(`
    {detail} {task} का सही तरीका क्या है? {own} के पास {number} ही {noun} हैं।
    {person} कहते हैं कि {noun} से काम चल जाएगा, क्या {detail} {task} के लिए यह ठीक है?
    {own} के लिए {noun} और {other} में कौन ज़्यादा {quality} है?
    {own} के लिए {noun} पर {number} सुझाव दीजिए, {detail}।
    {place} से {person} को {task} में मदद चाहिए। {noun} से शुरू करें या {other} से?
    {person} को {noun} के बारे में {number} वाक्यों में समझाइए, {other} भी जोड़िए।
    {task} के लिए {number} दिन की {quality} योजना बनाइए, {own} के हिसाब से।`),
  contexts: list(`
    {own} में हम {number} लोग हैं और चिंता {noun} की है।
    पिछली बार {person} के साथ {other} में दिक्कत आई।
    हम {place} में रहते हैं, और काम {detail} होना है।`),
  constraints: list(`
    {number} पंक्तियों से ज़्यादा नहीं।
    {other} की बात मत कीजिए, {person} मना करते हैं।
    {own} के लिए कुछ {quality} चाहिए।`),
  followUps: list(`
    और {noun} {detail}?
    थोड़ा छोटा, {person} बस {number} पंक्तियाँ पढ़ते हैं।
    {own} में काम नहीं बना, {noun} वैसा ही है।
    {noun} की जगह {other} क्यों?`),
  greetings: list(`नमस्ते, | सुनिए, | एक सवाल: | सुप्रभात,`),
  thanks: list(`धन्यवाद। | शुक्रिया। | मदद के लिए आभार।`),
  replies: list(`
    पहले {noun} देखिए, फिर {other}।
    {task} के लिए {quality} तरीका काफ़ी है।
    करीब {number} दिन लगेंगे।
    {other} काम आता है, पर {detail} ही।`),
  facts: list(`
    {number}वें दिन {place} में {noun} को {quality} लिखा गया।
    {person} ने बताया कि {other} {detail} बदल गया।`),
  qualities: list(`सस्ता | आसान | भरोसेमंद | तेज़ | टिकाऊ | व्यावहारिक | नया`),
  places: list(`पटना | इंदौर | नागपुर | जोधपुर | राँची | मेरठ | कोटा | शिमला`),
  people: list(`राकेश | सुनीता | अमित | पूजा | दादी | मोहन | कविता | इमरान`),
  syllables: list(`आ | रव | नी | मा | सु | कृ | देव | रा | जी | वि | तन | लो`),
};

const RUSSIAN: LanguagePack = {
  language: "ru",
  unspaced: false,
  asks: list(`
    Как {task} {detail}, если у «{own}» есть только {noun} ({number} шт.)?
    Хочу {task} {detail}; {person} говорит, что хватит одного: {noun}. Это так?
    Что для «{own}» {quality}: {noun} или {other}?
    Дай {number} советов на тему «{noun}» для «{own}», {detail}.
    {person} ({place}) собирается {task}. С чего начать: {noun} или {other}?
    Объясни за {number} предложений, что такое {noun} и при чём тут {other}. Читать будет {person}.
    Напиши сообщение, адресат {person}: {noun}, ещё {other}, {detail}.
    Составь {quality} план на {number} дней: цель «{own}» {task}.
    Почему каждый раз, когда «{own}» пытается {task}, мешает {noun}?`),
  contexts: list(`
    Нас в «{own}» {number} человек, главная беда: {noun}.
    В прошлый раз {person} не смог(ла) {task}, подвело вот что: {other}.
    Город {place}, и делать надо {detail}.
    Про это ({noun}) прочитано уже {number} страниц.`),
  constraints: list(`
    Не больше {number} строк.
    Только не {other}, {person} против.
    Нужно {quality}, платит «{own}».
    Важно, чтобы получилось {detail}.`),
  followUps: list(`
    А {noun} {detail}?
    Короче, {person} читает только {number} строк.
    У «{own}» не вышло, {noun} как раньше.
    Почему {other}, а не {noun}?
    Пункт {number} перепиши, пусть будет {other}.`),
  greetings: list(`Привет! | Здравствуйте, | Добрый день. | Подскажите,`),
  thanks: list(`Спасибо! | Заранее благодарю. | Спс`),
  replies: list(`
    Сначала {noun}, потом {other}.
    Чтобы {task}, обычно хватает того, что {quality}.
    Заложите дней {number}.
    {other} тоже помогает, но только {detail}.
    В городе {place} делают иначе: первым идёт {noun}.`),
  facts: list(`
    На {number}-й день в городе {place} отмечено: {noun}, {quality}.
    {person} сообщает: {other} меняется {detail}.
    Раздел {number}: {noun} и как {task}.`),
  qualities: list(`надёжно | дёшево | быстро | просто | удобно | прочно | тихо | современно`),
  places: list(`Самара | Тверь | Омск | Казань | Псков | Алматы | Минск | Томск`),
  people: list(`Олег | Марина | Дамир | Светлана | тётя Галя | Артём | Жанна | Павел`),
  syllables: list(`бор | вел | гра | дин | ка | лес | мир | ник | ост | пол | рад | сто | тур | яр`),
};

const ARABIC: LanguagePack = {
  language: "ar",
  unspaced: false,
  asks: list(`
    كيف يمكنني {task} {detail} وليس لدى {own} سوى {number} من {noun}؟
    أريد {task} {detail}، و{person} يقول إن {noun} يكفي. هل هذا صحيح؟
    أيهما {quality} بالنسبة إلى {own}: {noun} أم {other}؟
    أعطني {number} نصائح عن {noun} من أجل {own} {detail}.
    {person} من {place} ينوي {task}. هل يبدأ من {noun} أم من {other}؟
    اشرح {noun} في {number} جمل إلى {person}، واذكر {other}.
    اكتب رسالة إلى {person} عن {noun} و{other} {detail}.
    ضع خطة من {number} أيام هدفها {task} لصالح {own}.`),
  contexts: list(`
    نحن {number} أشخاص في {own} وما يقلقنا هو {noun}.
    في المرة الماضية حاول {person} {task} وتعطل {other}.
    نسكن في {place} ويجب أن يتم ذلك {detail}.`),
  constraints: list(`
    لا تتجاوز {number} أسطر.
    من دون {other}، فإن {person} لا يريد ذلك.
    أريد شيئا {quality} يناسب {own}.`),
  followUps: list(`
    وماذا عن {noun} {detail}؟
    أقصر من فضلك، {person} يقرأ {number} أسطر فقط.
    لم ينجح ذلك في {own} وما زال {noun} كما هو.
    لماذا {other} وليس {noun}؟`),
  greetings: list(`مرحبا، | السلام عليكم، | سؤال سريع: | صباح الخير،`),
  thanks: list(`شكرا لك. | جزيل الشكر. | مع التحية.`),
  replies: list(`
    ابدأ من {noun} ثم انظر في {other}.
    من أجل {task} تكفي الطريقة الأولى {detail}.
    يحتاج الأمر إلى {number} أيام تقريبا.
    يفيد {other} أيضا ولكن {detail}.`),
  facts: list(`
    في اليوم {number} سجل مكتب {place} أن {noun} {quality}.
    ذكر {person} أن {other} تغير {detail}.`),
  qualities: list(`أسهل | أرخص | أسرع | أضمن | أوضح | أنفع | أحدث`),
  places: list(`طنطا | إربد | صفاقس | وهران | البصرة | جدة | حلب | مسقط`),
  people: list(`سامر | ليلى | حسن | أم خالد | نورة | يوسف | هدى | طارق`),
  syllables: list(`را | سم | نو | دا | ليل | هر | تا | بي | زن | كو | مي | فا`),
};

export const OTHER_PACKS = [CHINESE, JAPANESE, HINDI, RUSSIAN, ARABIC];
