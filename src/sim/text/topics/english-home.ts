import { vocabulary } from "../language.ts";

/** English: home, body, leisure. */
export const ENGLISH_HOME = [
  vocabulary(
    "en",
    "gardening",
    `tomato seedlings | raised beds | slug pellets | compost bins | drip irrigation | rose cuttings | clay soil | mulch | lavender | fruit netting | seed trays | a cold frame`,
    `keep slugs off my lettuce | prune an old apple tree | harden off seedlings | stop blight coming back | divide overgrown hostas | start a worm bin | lay a small lawn from seed | overwinter dahlias | train a climbing rose | save bean seed`,
    `on a north-facing balcony | in heavy clay | before the first frost | without chemicals | in a rented garden | during a hosepipe ban | next to a busy road`,
  ),
  vocabulary(
    "en",
    "cooking",
    `sourdough starter | braised lamb | miso paste | cast iron | leftover rice | egg whites | smoked paprika | a pressure cooker | pickled onions | short pastry | chickpea flour | stock cubes`,
    `rescue a split sauce | scale a cake recipe up | make dumpling wrappers by hand | bake bread with little kneading | thicken a curry | plan a dinner for guests who avoid gluten | freeze cooked beans | roast vegetables evenly | temper chocolate | brine a chicken`,
    `in a tiny oven | with what is in the cupboard | for a child's lunchbox | at high altitude | on a camping stove | without dairy | the evening before`,
  ),
  vocabulary(
    "en",
    "fitness",
    `deadlifts | resting heart rate | shin splints | hip mobility | interval runs | protein intake | foam rolling | a rowing machine | pull-up progressions | calf raises | a deload week | sleep debt`,
    `train for a half marathon | regain strength after an injury | fix my squat depth | build a beginner routine | improve my grip | warm up properly | lose a little weight slowly | track recovery | swim further without stopping | stretch tight hamstrings`,
    `with two dumbbells | around night shifts | after a knee operation | at fifty-three | in a hotel room | while breastfeeding | during Ramadan`,
  ),
  vocabulary(
    "en",
    "travel",
    `a rail pass | night trains | visa rules | carry-on luggage | hostel dorms | ferry timetables | travel insurance | a rental car | mountain huts | jet lag | local markets | roaming charges`,
    `plan a loop through the islands | cross the border overland | travel with a toddler | find quiet beaches | avoid tourist traps | pack for two climates | book huts late in the season | visit three cities slowly | get from the airport at midnight | change money safely`,
    `in the rainy season | on a small budget | with a wheelchair user | without flying | over a long weekend | in late October | with two vegetarians`,
  ),
  vocabulary(
    "en",
    "parenting",
    `bedtime battles | screen time | potty training | a picky eater | school refusal | sibling rivalry | baby-led weaning | homework fights | pocket money | tantrums | a growth spurt | night terrors`,
    `talk about a divorce | settle a baby in nursery | set rules for a phone | help with reading at home | handle a lie | plan a birthday party | encourage a shy child | end thumb sucking | share chores fairly | explain where grandpa is`,
    `with twins | as a single father | while working from home | in a blended family | for a six-year-old | when we are both tired | in two languages`,
  ),
  vocabulary(
    "en",
    "pets",
    `a rescue greyhound | litter boxes | separation anxiety | raw food | claw trimming | a bonded pair of rabbits | flea treatment | crate training | an old tortoise | kennel cough | a noisy parrot | fish tank cycling`,
    `introduce a kitten to a dog | stop night-time barking | choose a vet plan | walk nicely on a lead | give tablets to a cat | clean a cloudy tank | travel with a hamster | feed a diabetic cat | tell whether it is in pain | rehome fairly`,
    `in a small flat | after moving house | on a pension | with a newborn | when we are out all day | in hot weather | after an operation`,
  ),
  vocabulary(
    "en",
    "home repair",
    `a dripping mixer tap | damp plaster | loose floorboards | grout | a noisy boiler | cavity walls | sash windows | skirting boards | a tripping fuse | silicone sealant | roof felt | attic insulation`,
    `fix a running toilet | hang a heavy mirror | find a hidden leak | strip old paint | level a kitchen floor | replace a light switch | quieten a squeaky stair | patch a hole in drywall | bleed radiators | seal a draughty door`,
    `in a house from 1908 | without the landlord noticing | before winter | for under a hundred | with hand tools only | above a bathroom | when it keeps coming back`,
  ),
  vocabulary(
    "en",
    "music",
    `barre chords | sight reading | a chorus pedal | modal scales | vocal fry | drum fills | an audio interface | alternate tunings | a cello bow | syncopation | jazz voicings | a mixing bus`,
    `memorise a long piece | write a bridge | sing higher without strain | practise with a metronome | record at home | arrange a folk song for choir | transpose for clarinet | choose a first violin | improvise over changes | get over stage fright`,
    `with small hands | in twenty minutes a day | for a wedding | on an old upright piano | with noisy neighbours | as an adult beginner | before an audition`,
  ),
  vocabulary(
    "en",
    "games",
    `a worker-placement game | dungeon masters | the opening in chess | deck building | a boss fight | miniature paint | house rules | speed runs | tower defence | a legacy campaign | dice odds | puzzle rooms`,
    `balance a homebrew class | teach rules to new players | design a heist session | beat the final level | rank up without a team | store a collection | write a villain with motives | shorten our game night | build a cheap deck | solve this endgame`,
    `for five players | with children at the table | over video calls | with a mixed group | on a handheld | in under two hours | for a convention`,
  ),
  vocabulary(
    "en",
    "relationships",
    `a wedding speech | a difficult sister-in-law | long distance | an apology | a group chat | boundaries | a first date | an old friend | jealousy | a housemate | a break-up text | trust`,
    `say no kindly | write a toast | restart a friendship | ask for space | bring up money | make friends in a new town | split the bills | comfort someone grieving | tell my parents | plan an anniversary`,
    `after ten years | without sounding cold | by letter | when we share a desk | across time zones | before the holidays | with mutual friends`,
  ),
  vocabulary(
    "en",
    "photography",
    `a prime lens | long exposures | film scans | white balance | a ring light | shutter lag | portrait poses | a polariser | astro shots | colour grading | contact sheets | dust spots`,
    `photograph the milky way | light a product on a table | get sharp bird pictures | develop film in a sink | sort ten years of photos | price a family shoot | shoot in harsh sun | print at home | crop for a magazine | calm a nervous sitter`,
    `with a phone | in a dark church | on a foggy morning | from a moving boat | with one flash | for a charity | on expired film`,
  ),
  vocabulary(
    "en",
    "cars and bikes",
    `brake pads | a lithium battery | winter tyres | chain wear | a second-hand van | wheel truing | an oil leak | clutch judder | tubeless valves | charging curves | a roof rack | rust under the sill`,
    `negotiate with a dealer | service my own brakes | choose an e-bike | find a rattling noise | tow a small caravan | plan charging stops | pass the inspection | fit mudguards | convert a van for camping | cut fuel use`,
    `after a long winter | with a steep driveway | on gravel roads | before a road trip | with two child seats | without a garage | at ninety thousand miles`,
  ),
];
