/** What the shop's names and texts are put together from. */
export const firstNames = list(
  'Ada, Amara, Anton, Aisha, Bela, Bruno, Carmen, Chidi, Clara, Dmitri, Elif, Emil, Esther, Farid, Freya, Giulia, Hana, Henrik, Ines, Ivo, ' +
    'Jamal, Jonas, Kaito, Keiko, Lena, Liam, Mara, Mateo, Mei, Nadia, Noor, Olga, Pavel, Priya, Rosa, Samir, Sofia, Tomas, Yara, Zoe',
);

export const lastNames = list(
  'Abend, Almeida, Andersson, Baptiste, Becker, Bianchi, Castillo, Chen, Costa, Dubois, Eriksen, Farkas, Fischer, Gruber, Haddad, Hansen, Hoffmann, Ito, Jansen, Kaya, ' +
    'Keller, Kowalski, Larsen, Leclerc, Lindqvist, Marino, Mensah, Moreau, Nakamura, Novak, Okafor, Oliveira, Papadakis, Petrov, Quinn, Rahman, Rossi, Sato, Schneider, Silva, ' +
    'Singh, Sorensen, Tanaka, Torres, Vargas, Vogel, Weber, Winter, Yilmaz, Zimmermann',
);

export type ProductLine = {
  readonly category: string;
  /** What a product's name starts with: the material or the make. */
  readonly makes: readonly [string, string, string];
  readonly things: readonly string[];
  /** Price of the plainest thing in cents, and its weight in grams. */
  readonly fromCents: number;
  readonly fromGrams: number;
  readonly about: string;
};

/** Ten categories of ten things, each in three makes: three hundred products. */
export const productLines: readonly ProductLine[] = [
  {
    category: 'blankets',
    makes: ['Merino', 'Lambswool', 'Recycled Cotton'],
    things: list(
      'Throw, Picnic Blanket, Cradle Blanket, Plaid, Bedspread, Wrap, Travel Blanket, Knee Blanket, Waffle Blanket, Fringed Throw',
    ),
    fromCents: 5900,
    fromGrams: 650,
    about: 'Woven on slow looms and brushed once, so that it is warm from the first evening.',
  },
  {
    category: 'bedding',
    makes: ['Linen', 'Percale', 'Flannel'],
    things: list(
      'Pillowcase, Duvet Cover, Fitted Sheet, Flat Sheet, Bolster, Quilt, Cot Set, Bed Runner, Sham Pair, Summer Duvet',
    ),
    fromCents: 2400,
    fromGrams: 220,
    about: 'Washed before it is sewn. It keeps its size and gets softer every year.',
  },
  {
    category: 'towels',
    makes: ['Terry', 'Waffle', 'Bamboo'],
    things: list(
      'Hand Towel, Bath Towel, Bath Sheet, Face Cloth, Sauna Towel, Beach Towel, Hair Turban, Bath Mat, Guest Towel Pair, Hammam Cloth',
    ),
    fromCents: 1200,
    fromGrams: 140,
    about: 'Long loops that dry well, and a hanger sewn into the hem where a hand finds it.',
  },
  {
    category: 'curtains',
    makes: ['Sheer', 'Velvet', 'Blackout'],
    things: list(
      'Curtain, Curtain Pair, Roman Blind, Cafe Curtain, Door Curtain, Pelmet, Panel, Tie-back, Loft Curtain, Studio Blind',
    ),
    fromCents: 3200,
    fromGrams: 480,
    about: 'Hemmed by hand with weighted corners. It hangs straight without ironing.',
  },
  {
    category: 'rugs',
    makes: ['Kilim', 'Jute', 'Hand-tufted'],
    things: list(
      'Rug, Runner, Doormat, Round Rug, Hearth Rug, Bedside Rug, Hall Runner, Nursery Rug, Kitchen Mat, Floor Cushion',
    ),
    fromCents: 4500,
    fromGrams: 1400,
    about: 'Flat enough for a door to pass over it, heavy enough to stay where it lies.',
  },
  {
    category: 'knitwear',
    makes: ['Shetland', 'Alpaca', 'Cotton Rib'],
    things: list('Beanie, Scarf, Cardigan, Crew Jumper, Roll-neck, Mittens, Socks, Vest, Snood, Leg Warmers'),
    fromCents: 2200,
    fromGrams: 90,
    about: 'Knitted in one piece without side seams. A length of yarn for mending comes with it.',
  },
  {
    category: 'outdoor',
    makes: ['Waxed', 'Canvas', 'Ripstop'],
    things: list(
      'Tarp, Hammock, Bivvy Bag, Seat Pad, Groundsheet, Bell Tent, Windbreak, Log Carrier, Camp Chair, Awning',
    ),
    fromCents: 3900,
    fromGrams: 550,
    about: 'Proofed twice and taped at the seams. Re-wax it once in a season and it outlives the tent pegs.',
  },
  {
    category: 'bags',
    makes: ['Felt', 'Sailcloth', 'Herringbone'],
    things: list('Tote, Duffel, Satchel, Rucksack, Wash Bag, Pouch, Laptop Sleeve, Market Bag, Weekender, Hip Bag'),
    fromCents: 2800,
    fromGrams: 180,
    about: 'Straps stitched through the base, and a lining that shows you what you dropped in.',
  },
  {
    category: 'kitchen',
    makes: ['Half-linen', 'Striped', 'Indigo'],
    things: list(
      'Tea Towel, Apron, Oven Glove, Tablecloth, Napkin Set, Bread Bag, Table Runner, Tea Cosy, Place Mats, Pot Holder',
    ),
    fromCents: 900,
    fromGrams: 80,
    about: 'Made for daily use: washes at sixty, dries on the line, needs no iron.',
  },
  {
    category: 'yarn',
    makes: ['Highland', 'Silk Blend', 'Undyed'],
    things: list(
      'Sock Yarn, Aran Skein, Lace Skein, Chunky Ball, Weaving Cone, Darning Set, Sample Box, Roving, DK Skein, Embroidery Floss',
    ),
    fromCents: 700,
    fromGrams: 50,
    about: 'Spun by a mill of nine people, and wound in skeins that can be traced to the flock.',
  },
];

/** What reviewers say, by rating: an opening and what follows it. */
export const reviewPhrases: Readonly<
  Record<number, { readonly openings: readonly string[]; readonly details: readonly string[] }>
> = {
  5: {
    openings: [
      'Exactly what I hoped for.',
      'Bought a second one within a week.',
      'The nicest thing in the house.',
      'Beautifully made.',
    ],
    details: [
      'The seams are straighter than anything I own.',
      'It has been through ten washes and looks new.',
      'The colour is deeper than in the picture.',
      'My mother wanted to know where it is from.',
    ],
  },
  4: {
    openings: ['Very good, with one small wish.', 'Solid and handsome.', 'Happy with it.', 'Good value.'],
    details: [
      'A slightly larger size would be perfect.',
      'It shed a little at first and then stopped.',
      'Delivery took a day longer than promised.',
      'The label scratches, so I cut it out.',
    ],
  },
  3: {
    openings: ['Decent, not more.', 'It does its job.', 'Somewhat thinner than I thought.', 'Mixed feelings.'],
    details: [
      'The colour differs a little from the photo.',
      'Fine for the price, but I have seen better hems.',
      'Needs an iron after every wash.',
      'I keep it in the holiday flat.',
    ],
  },
  2: {
    openings: ['Not quite for me.', 'I expected more.', 'A pity.'],
    details: [
      'It shrank at thirty degrees.',
      'One corner came undone in the first month.',
      'It smelled of the warehouse for days.',
    ],
  },
};

export const warehouses = [
  { code: 'LEJ', city: 'Leipzig' },
  { code: 'GOT', city: 'Gothenburg' },
  { code: 'OPO', city: 'Porto' },
  { code: 'LBA', city: 'Leeds' },
  { code: 'BLQ', city: 'Bologna' },
] as const;

export const carriers = ['Loom Express', 'Heddle Post', 'Shuttle & Sons', 'Northern Thread Freight'] as const;

function list(text: string): readonly string[] {
  return text.split(', ');
}
