import fc from 'fast-check';

type Grammar = { readonly depth: number; readonly fragments: readonly string[] };

const FIELDS = ['id', 'name', 'pets', 'owner', 'best', 'age', 'age(in: 1)', 'size: id', 'size: age', 'owner: best'];
const OBJECTS: ReadonlySet<string> = new Set(['pets', 'owner', 'owner: best', 'best']);
const TYPES = ['Named', 'User', 'Dog', 'Cat', 'Pet'];
const FRAGMENTS = ['A', 'B', '__proto__', 'constructor'];

/** For `any-document`'s documents: types whose fields can stand in each other's way. */
export const anyDocumentSdl = `
  type Query { me: User  pets: [Pet]  named: Named }
  interface Named { id: ID  name: String  best: Named  age(in: Int): Int }
  type User implements Named { id: ID  name: String  pets: [Pet!]  best: User  owner: Named  age(in: Int): Int }
  type Dog implements Named { id: ID  name: String!  owner: User  best: Dog  age(in: Int): Int }
  type Cat implements Named { id: ID  name: String  owner: [User]  best: Cat  age(in: Int): Int }
  union Pet = Dog | Cat
`;

function selections({ depth, fragments }: Grammar): fc.Arbitrary<string> {
  const field = fc.constantFrom(...FIELDS);
  const plain = field.chain((name) =>
    OBJECTS.has(name) && depth > 0
      ? selections({ depth: depth - 1, fragments }).map((inner) => `${name} ${inner}`)
      : fc.constant(name),
  );
  const spread = fc.constantFrom('__typename', ...fragments.map((name) => `...${name}`));
  const inline = fc
    .tuple(
      fc.constantFrom('', ...TYPES),
      depth > 0 ? selections({ depth: depth - 1, fragments }) : fc.constant('{ id }'),
    )
    .map(([type, inner]) => `... ${type === '' ? '' : `on ${type} `}${inner}`);
  return fc
    .array(
      fc.oneof({ weight: 5, arbitrary: plain }, { weight: 1, arbitrary: spread }, { weight: 3, arbitrary: inline }),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((list) => `{ ${list.join(' ')} }`);
}

/** Documents that parse: few fit the schema whole. The last fragment may contain the one before it. */
export const anyDocument: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('me', 'named', 'pets'),
    selections({ depth: 3, fragments: FRAGMENTS }),
    ...FRAGMENTS.map((name, index) =>
      fc
        .tuple(
          fc.constantFrom(...TYPES),
          selections({ depth: 1, fragments: FRAGMENTS.slice(index === 3 ? 2 : index + 1) }),
        )
        .map(([type, inner]) => `fragment ${name} on ${type} ${inner}`),
    ),
  )
  .map(([root, inner, ...fragments]) => `query ($x: Int) { ${root} ${inner} } ${fragments.join(' ')}`);
