import { describe, expect, it } from 'vitest';
import { definition, importedApi } from '../imported.ts';

/** The types that a schema becomes as an answer. */
async function typesOf(schemas: string, version = '3.1.0', files: Readonly<Record<string, string>> = {}) {
  const { sdl, report } = await importedApi(
    `
openapi: ${version}
paths: { /a: { get: { operationId: getA, responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } } } } } }
components:
  schemas:
${schemas}`,
    files,
  );
  const types = sdl.split('\n\n').filter((part) => !part.startsWith('type Query {') && !part.startsWith('extend'));
  return { types: types.join('\n\n').trim(), query: definition(sdl, 'type Query'), report };
}

describe('schemas', () => {
  it('are null where they say so, in both versions', async () => {
    const inVersion3 = await typesOf(
      `    A: { type: object, required: [a, b, c], properties: { a: { type: string, nullable: true }, b: { allOf: [{ $ref: '#/components/schemas/B' }], nullable: true }, c: { type: string }, d: { type: string } } }
    B: { type: object, properties: { x: { type: string } } }`,
      '3.0.3',
    );
    const inVersion31 = await typesOf(
      `    A: { type: object, required: [a, b, c], properties: { a: { type: [string, 'null'] }, b: { oneOf: [{ $ref: '#/components/schemas/B' }, { type: 'null' }] }, c: { type: string }, d: { type: string } } }
    B: { type: object, properties: { x: { type: string } } }`,
    );
    expect(inVersion3.types).toBe(
      'type A {\n  a: String\n  b: B\n  c: String!\n  d: String\n}\n\ntype B {\n  x: String\n}',
    );
    expect(inVersion31.types).toBe(inVersion3.types);
  });

  it('are scalars by their formats, and JSON where nothing else will do', async () => {
    const { types, report } = await typesOf(`    A:
      type: object
      properties:
        id: { type: integer }
        owner_id: { type: string, format: uuid }
        count: { type: integer, format: int64 }
        ratio: { type: number }
        day: { type: string, format: date }
        free: { type: object, additionalProperties: { type: string } }
        either: { oneOf: [{ type: string }, { type: object, properties: { a: { type: string } } }] }
        texts: { type: array, items: { type: [string, 'null'] } }
        some: { anyOf: [{ type: integer }, { type: number }] }`);
    expect(types.split('\n\n')[0]).toBe(`type A {
  id: ID
  ownerId: ID
  count: BigInt
  ratio: Float
  day: Date
  free: JSON
  # TODO: JSON: it is one of several things that nothing tells apart. If you know what is in it, write a type
  either: JSON
  texts: [String]
  some: Float
}`);
    expect(report.json.map(({ what, why }) => `${what} ${why}`)).toEqual([
      'properties.free is a map',
      'properties.either is one of several things that nothing tells apart',
    ]);
  });

  it('are merged out of allOf', async () => {
    const { types } =
      await typesOf(`    A: { allOf: [{ $ref: '#/components/schemas/B' }, { type: object, required: [b], properties: { c: { type: string } } }] }
    B: { type: object, required: [a], properties: { a: { type: string }, b: { type: string } } }`);
    expect(types).toBe('type A {\n  a: String!\n  b: String!\n  c: String\n}');
  });

  it('are unions where a property tells them apart', async () => {
    const { types, query } =
      await typesOf(`    A: { type: object, properties: { pet: { $ref: '#/components/schemas/Pet' }, pets: { type: array, items: { $ref: '#/components/schemas/Pet' } } } }
    Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } } }
    Cat: { type: object, properties: { kind: { type: string }, lives: { type: integer } } }
    Dog: { type: object, properties: { kind: { type: string }, tricks: { type: integer } } }`);
    expect(query).toContain('a: A @rest(GET: "/a")');
    expect(types).toMatchInlineSnapshot(`
      "type A {
        pet: Pet @map(from: "pet && merge(pet, { __typename: pet.kind == 'cat' && 'Cat' || pet.kind == 'dog' && 'Dog' })")
        pets: [Pet!] @map(from: "pets[*].merge(@, { __typename: kind == 'cat' && 'Cat' || kind == 'dog' && 'Dog' })")
      }

      type Cat {
        kind: String
        lives: Int
      }

      type Dog {
        kind: String
        tricks: Int
      }

      union Pet = Cat | Dog"
    `);
  });

  it('are interfaces where they are extended, and a property tells what extends them', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { pets: { type: array, items: { $ref: '#/components/schemas/Pet' } } } }
    Pet: { type: object, required: [kind], discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat' } }, properties: { kind: { type: string }, mood: { enum: [good, bad] }, size: { type: integer } } }
    Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { lives: { type: integer } } }] }
    Walked: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { walks: { type: integer } } }] }
    Dog: { allOf: [{ $ref: '#/components/schemas/Walked' }, { type: object, required: [mood], properties: { size: { type: string } } }] }`);
    expect(types).toMatchInlineSnapshot(`
      "type A {
        pets: [Pet!] @map(from: "pets[*].merge(@, { __typename: kind == 'cat' && 'Cat' || kind == 'Dog' && 'Dog' })")
      }

      interface Pet {
        kind: String!
        mood: PetMood
      }

      type Cat implements Pet {
        kind: String!
        mood: PetMood
        size: Int
        lives: Int
      }

      enum PetMood {
        good
        bad
      }

      type Dog implements Pet {
        kind: String!
        mood: PetMood!
        size: String
        walks: Int
      }"
    `);
  });

  it('are an interface with a type for the rest where not all is told apart', async () => {
    const { types } = await typesOf(`    A: { type: object, properties: { pet: { $ref: '#/components/schemas/Pet' } } }
    Pet: { type: object, discriminator: { propertyName: kind }, properties: { kind: { enum: [Cat, Dog, Eel] } } }
    Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { lives: { type: integer } } }] }
    Dog: { allOf: [{ $ref: '#/components/schemas/Pet' }] }`);
    expect(types.split('\n\n').slice(0, 3).join('\n\n')).toMatchInlineSnapshot(`
      "type A {
        pet: Pet
          @map(from: "pet && merge(pet, { __typename: pet.kind == 'Cat' && 'Cat' || pet.kind == 'Dog' && 'Dog' || 'OtherPet' })")
      }

      interface Pet {
        kind: PetKind
      }

      type Cat implements Pet {
        kind: PetKind
        lives: Int
      }"
    `);
    expect(types).toContain('type OtherPet implements Pet {\n  kind: PetKind\n}');
  });

  it('are one object where a base is extended once, or says more beside its choices', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { pet: { $ref: '#/components/schemas/Pet' }, car: { $ref: '#/components/schemas/Car' } } }
    Pet: { type: object, discriminator: { propertyName: kind }, properties: { kind: { type: string } } }
    Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { lives: { type: integer } } }] }
    Car: { type: object, properties: { seats: { type: integer } }, discriminator: { propertyName: by }, oneOf: [{ $ref: '#/components/schemas/Gas' }, { $ref: '#/components/schemas/Ion' }] }
    Gas: { type: object, properties: { by: { type: string }, litres: { type: integer } } }
    Ion: { type: object, properties: { by: { type: string }, watts: { type: integer } } }`);
    expect(types.split('\n\n').slice(1).join('\n\n')).toBe(
      'type Pet {\n  kind: String\n  lives: Int\n}\n\n# TODO: one of several objects that nothing tells apart. If you know what does, write a union, and __typename by @map\ntype Car {\n  by: String\n  litres: Int\n  watts: Int\n  seats: Int\n}',
    );
  });

  it('may name in oneOf those that extend them', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { cat: { $ref: '#/components/schemas/Cat' }, pet: { $ref: '#/components/schemas/Pet' } } }
    Pet: { type: object, properties: { kind: { type: string } }, discriminator: { propertyName: kind }, oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }
    Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { lives: { type: integer } } }] }
    Dog: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, properties: { tricks: { type: integer } } }] }`);
    expect(types).toContain('type Cat implements Pet {\n  kind: String\n  lives: Int\n}');
    expect(types).toContain('interface Pet {\n  kind: String\n}');
  });

  it('are told apart in lists of lists', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { pets: { type: array, items: { type: array, items: { $ref: '#/components/schemas/Pet' } } } } }
    Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } }
    Cat: { type: object, properties: { kind: { type: string } } }
    Dog: { type: object, properties: { kind: { type: string } } }`);
    expect(types).toContain('pets: [[Pet!]!]');
    expect(types).toContain(`"pets[*][*].merge(@, { __typename: kind == 'Cat' && 'Cat' || kind == 'Dog' && 'Dog' })"`);
  });

  it('keep the nulls of a list whose items are told apart', async () => {
    const { types } = await typesOf(
      `    A: { type: object, properties: { pets: { type: array, items: { $ref: '#/components/schemas/Pet', nullable: true } } } }
    Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } }
    Cat: { type: object, properties: { kind: { type: string } } }
    Dog: { type: object, properties: { kind: { type: string } } }`,
      '3.0.3',
    );
    expect(types).toContain(
      `"pets && map(&(not_null(@) && merge(@, { __typename: kind == 'Cat' && 'Cat' || kind == 'Dog' && 'Dog' })), pets)"`,
    );
  });

  it('are one object with the fields of all choices where nothing tells them apart', async () => {
    const { types } = await typesOf(
      `    A: { anyOf: [{ type: object, required: [id, a], properties: { id: { type: string }, a: { type: string }, x: { type: string } } }, { type: object, required: [id], properties: { id: { type: string }, b: { type: integer }, x: { type: boolean } } }] }`,
    );
    expect(types.split('\n\n')[0])
      .toBe(`# TODO: one of several objects that nothing tells apart. If you know what does, write a union, and __typename by @map
type A {
  id: ID!
  a: String
  # TODO: JSON: it is of other types in other choices. If you know what is in it, write a type
  x: JSON
  b: Int
}`);
  });

  it('may lead back to themselves, through properties and through allOf', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { parent: { $ref: '#/components/schemas/A' }, b: { $ref: '#/components/schemas/B' } } }
    B: { allOf: [{ $ref: '#/components/schemas/B' }, { type: object, properties: { as: { type: array, items: { $ref: '#/components/schemas/A' } } } }] }`);
    expect(types).toBe('type A {\n  parent: A\n  b: B\n}\n\ntype B {\n  as: [A!]\n}');
  });

  it('are the same with links beside, which hypermedia adds', async () => {
    const { types, report } =
      await typesOf(`    A: { type: object, properties: { one: { allOf: [{ $ref: '#/components/schemas/B' }, { properties: { _links: { type: object, properties: { self: { type: string } } } } }] }, two: { $ref: '#/components/schemas/B' } } }
    B: { type: object, properties: { x: { type: string } } }`);
    expect(types).toBe('type A {\n  one: B\n  two: B\n}\n\ntype B {\n  x: String\n}');
    expect(report.simplified).toMatchObject([{ why: 'has links beside, which are left out' }]);
  });

  it('take what any of several choices has, where one scalar does', async () => {
    const { types } = await typesOf(
      `    A: { type: object, properties: { pay: { anyOf: [{ type: object, properties: { by: { const: card }, no: { type: integer }, at: { type: string, format: date }, to: { type: string } } }, { type: object, properties: { by: { enum: [bank, cash] }, no: { type: number }, at: { type: [string, 'null'] }, to: { enum: [x, y] } } }, { type: object, properties: { z: { type: string } } }] } } }`,
    );
    expect(types).toContain('type APay {\n  by: APayBy\n  no: Float\n  at: String\n  to: String\n  z: String\n}');
    expect(types).toContain('enum APayBy {\n  card\n  bank\n  cash\n}');
  });

  it('have readable names where components clash, or have names that GraphQL has', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { a: { $ref: '#/components/schemas/io.v1.Pod' }, b: { $ref: '#/components/schemas/io.v2.Pod' }, c: { $ref: '#/components/schemas/Query' }, d: { type: object, properties: { e: { type: string } } } } }
    io.v1.Pod: { type: object, properties: { x: { type: string } } }
    io.v2.Pod: { type: object, properties: { x: { type: string } } }
    Query: { type: object, properties: { x: { type: string } } }`);
    expect([...types.matchAll(/^type (\w+)/gm)].map(([, name]) => name)).toEqual([
      'A',
      'V1Pod',
      'V2Pod',
      'QueryObject',
      'AD',
    ]);
  });

  it('have enums whose values are described one by one', async () => {
    const { types } = await typesOf(
      "    A: { type: object, properties: { x: { oneOf: [{ const: 'on', description: It is lit. }, { const: half-on, title: Dimmed }, { const: 'off' }] } } }",
    );
    expect(types.split('\n\n')[1]).toBe(
      'enum AX {\n  "It is lit."\n  on\n  "Dimmed"\n  half_on @map(from: "half-on")\n  off\n}',
    );
  });

  it('say of a field what it says itself, not again what its type says', async () => {
    const { types } =
      await typesOf(`    A: { type: object, properties: { one: { $ref: '#/components/schemas/B' }, two: { $ref: '#/components/schemas/B', description: The second. }, code: { $ref: '#/components/schemas/Code' } } }
    B: { type: object, description: A B., properties: { x: { type: string } } }
    Code: { type: string, description: A code. }`);
    expect(types).toBe(
      'type A {\n  one: B\n  "The second."\n  two: B\n  "A code."\n  code: String\n}\n\n"A B."\ntype B {\n  x: String\n}',
    );
  });

  it('have enums whose odd values are renamed readably', async () => {
    const { types } = await typesOf(
      `    A: { type: object, properties: { x: { enum: ['+1', '-1', in-progress, done, 'true', ''] }, y: { enum: [only] }, z: { enum: [1, 2] } } }`,
    );
    expect(types).toMatchInlineSnapshot(`
      "type A {
        x: AX
        y: String
        z: Int
      }

      enum AX {
        plus_1 @map(from: "+1")
        minus_1 @map(from: "-1")
        in_progress @map(from: "in-progress")
        done
        true_ @map(from: "true")
        EMPTY @map(from: "")
      }"
    `);
  });

  it('may stand in other files', async () => {
    const { types } = await typesOf(`    A: { $ref: 'schemas/a.yaml#/A' }`, '3.1.0', {
      'schemas/a.yaml': `A: { type: object, properties: { b: { $ref: 'b.json' } } }`,
      'schemas/b.json':
        '{ "type": "object", "properties": { "x-y": { "type": "string", "description": "Old.", "deprecated": true } } }',
    });
    expect(types).toBe(
      'type A {\n  b: B\n}\n\ntype B {\n  "Old."\n  xY: String @map(from: "\\"x-y\\"") @deprecated\n}',
    );
  });

  it('may hold an entity or its key', async () => {
    const { sdl } = await importedApi(`
paths:
  /guests/{id}: { get: { operationId: getGuest, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Guest' } } } } } } }
  /customers/{id}: { get: { operationId: getCustomer, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Customer' } } } } } } }
  /charges: { get: { operationId: listCharges, responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Charge' } } } } } } } }
components:
  schemas:
    Customer: { type: object, required: [id], properties: { id: { type: string }, name: { type: string } } }
    Guest: { type: object, required: [id], properties: { id: { type: string }, name: { type: string } } }
    Charge: { type: object, properties: { customer: { anyOf: [{ type: string }, { $ref: '#/components/schemas/Customer' }] }, seller_id: { type: string, x-selvedge-entity: User.id }, guest_ids: { type: array, items: { type: string } } } }
`);
    expect(definition(sdl, 'type Charge')).toMatchInlineSnapshot(`
      "type Charge {
        customer: Customer @map(from: "customer && (customer.id && customer || { id: customer })")
        seller: User @map(from: "{ id: seller_id }")
        guests: [Guest!] @map(from: "guest_ids[*].{ id: @ }")
      }"
    `);
    expect(definition(sdl, 'type User')).toBe('type User @key(fields: "id", resolvable: false) {\n  id: ID!\n}');
  });
});
