import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../src/errors/problem.ts';
import { definition, importedApi } from '../imported.ts';

const answers = (schema: string) => `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;

describe('an OpenAPI description', () => {
  it('becomes the schema that a person would have written', async () => {
    const { sdl, report } = await importedApi(`
info: { title: Shop }
paths:
  /products:
    get:
      operationId: listProducts
      parameters:
        - { name: page_size, in: query, schema: { type: integer, default: 20 } }
        - { name: ids, in: query, explode: false, schema: { type: array, maxItems: 50, items: { type: string } } }
      ${answers('{ type: object, required: [items], properties: { items: { type: array, items: { $ref: "#/components/schemas/Product" } }, next_page: { type: integer } } }')}
    post:
      operationId: createProduct
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Product' } } } }
      ${answers('{ $ref: "#/components/schemas/Product" }')}
  /products/{product_id}:
    parameters: [{ name: product_id, in: path, required: true, schema: { type: string } }]
    get:
      operationId: getProductById
      ${answers('{ $ref: "#/components/schemas/Product" }')}
    delete:
      operationId: deleteProductById
      responses: { '204': { description: gone } }
  /products/{product_id}/reviews:
    parameters: [{ name: product_id, in: path, required: true, schema: { type: string } }]
    get:
      ${answers('{ type: array, items: { $ref: "#/components/schemas/Review" } }')}
components:
  schemas:
    Product:
      type: object
      required: [id, unit_price]
      properties:
        id: { type: string, readOnly: true }
        unit_price: { type: integer, description: In cents. }
        added_at: { type: string, format: date-time }
    Review:
      type: object
      required: [stars]
      properties: { stars: { type: integer }, product_id: { type: string } }
`);
    expect(sdl).toMatchInlineSnapshot(`
      "extend schema @source(naming: SNAKE_CASE)

      type Query {
        products(pageSize: Int = 20, ids: [String!] @constraint(maxItems: 50)): [Product!]!
          @rest(GET: "/products{?pageSize,ids}", select: "items")
        product(id: ID!): Product @rest(GET: "/products/{id}")
      }

      type Mutation {
        createProduct(input: ProductInput!): Product! @rest(POST: "/products")
        deleteProduct(id: ID!): Boolean @rest(DELETE: "/products/{id}")
      }

      type Product @key(fields: "id") @rest(GET: "/products?ids={id}", select: "items", batch: { max: 50, match: "id" }) {
        id: ID!
        "In cents."
        unitPrice: Int!
        addedAt: DateTime
        reviews: [Review!]! @rest(GET: "/products/{id}/reviews")
      }

      "A moment as RFC 3339 writes it: 2030-01-31T12:00:00Z."
      scalar DateTime

      type Review {
        stars: Int!
        product: Product @map(from: "{ id: product_id }")
      }

      input ProductInput {
        "In cents."
        unitPrice: Int!
        addedAt: DateTime
      }
      "
    `);
    expect(report).toMatchObject({
      operations: 5,
      fields: { Query: 2, Mutation: 2, Product: 1 },
      entities: ['Product'],
      leftOut: [],
    });
  });

  it('says what it leaves out, and why', async () => {
    const { report } = await importedApi(`
paths:
  /page: { get: { responses: { '200': { content: { text/html: {} } } } }, head: { responses: {} } }
  /file: { post: { requestBody: { content: { multipart/form-data: {} } }, responses: { '204': {} } } }
  /find:
    get:
      parameters:
        - { name: near, in: query, explode: false, schema: { type: object, properties: { x: { type: number } } } }
        - { name: tags, in: query, style: pipeDelimited, schema: { type: array, items: { type: string } } }
      ${answers('{ type: string }')}
`);
    expect(report.leftOut.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'HEAD /page: only GET, POST, PUT, PATCH and DELETE become fields',
      'GET /page: it answers text/html, not JSON',
      'POST /file: it takes multipart/form-data, not JSON or a form',
      'GET /find, parameter "near": is an object, which has no place in a URL',
      'GET /find, parameter "tags": is a list parted by bars',
    ]);
  });

  it('has a subscription for each answer without an end', async () => {
    const { sdl } = await importedApi(`
paths:
  /rooms/{id}: { get: { operationId: getRoom, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], ${answers("{ $ref: '#/components/schemas/Room' }")} } }
  /rooms/{id}/moves:
    get:
      operationId: watchMoves
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { '200': { content: { text/event-stream: { schema: { $ref: '#/components/schemas/Move' } } } } }
components:
  schemas:
    Room: { type: object, required: [id], properties: { id: { type: string }, name: { type: string } } }
    Move: { type: object, properties: { to: { type: string } } }
`);
    expect(definition(sdl, 'type Subscription')).toBe(
      'type Subscription {\n  watchMoves(id: ID!): Move! @rest(GET: "/rooms/{id}/moves")\n}',
    );
  });

  it('of version 3.2 has streams of items, and calls and parameters that become nothing', async () => {
    const { sdl, report } = await importedApi(`openapi: 3.2.0
paths:
  /moves:
    get:
      operationId: watchMoves
      parameters: [{ name: all, in: querystring, content: { application/json: {} } }]
      responses: { '200': { content: { application/jsonl: { itemSchema: { type: object, properties: { to: { type: string } } } } } } }
    query: { responses: {} }
    additionalOperations: { COPY: { responses: {} } }
webhooks: { moved: { post: { responses: {} } } }`);
    expect(sdl).toBe(
      'type Subscription {\n  watchMoves: WatchMovesEvent! @rest(GET: "/moves")\n}\n\ntype WatchMovesEvent {\n  to: String\n}\n',
    );
    expect(report.leftOut.map(({ what, why }) => `${what}: ${why}`)).toEqual([
      'QUERY /moves: only GET, POST, PUT, PATCH and DELETE become fields',
      'COPY /moves: only GET, POST, PUT, PATCH and DELETE become fields',
      'webhook moved: the service calls it',
      'GET /moves, parameter "all": is a whole query',
    ]);
  });

  it('notices pages', async () => {
    const list = '{ type: array, items: { type: string } }';
    const query = (...names: readonly string[]) =>
      `parameters: [${names.map((name) => `{ name: ${name}, in: query, schema: { type: string } }`).join(', ')}]`;
    const { report } = await importedApi(`
paths:
  /a: { get: { ${query('page', 'per_page')}, ${answers(list)} } }
  /b: { get: { ${query('skip', 'limit')}, ${answers(list)} } }
  /c: { get: { ${query('cursor')}, ${answers(`{ type: object, properties: { data: ${list}, meta: { type: object, properties: { next_cursor: { type: string } } } } }`)} } }
  /d: { get: { responses: { '200': { headers: { Link: {} }, content: { application/json: { schema: ${list} } } } } } }
  /e: { get: { ${query('cursor')}, ${answers(list)} } }
`);
    expect(report.pages.map(({ what, paginate }) => `${what} ${paginate}`)).toEqual([
      'GET /a { by: PAGE, param: "page", size: "per_page" }',
      'GET /b { by: OFFSET, param: "skip", size: "limit" }',
      'GET /c { by: CURSOR, param: "cursor", next: "meta.next_cursor" }',
      'GET /d { by: LINK }',
    ]);
  });

  it('refers to entities by what their keys are called in answers', async () => {
    const { sdl } = await importedApi(`
paths:
  /teams/{$id}: { get: { operationId: getTeam, parameters: [{ name: $id, in: path, required: true }], ${answers("{ $ref: '#/components/schemas/Team' }")} } }
  /orders/{order_no}: { get: { operationId: getOrder, parameters: [{ name: order_no, in: path, required: true }], ${answers("{ $ref: '#/components/schemas/Order' }")} } }
components:
  schemas:
    Team: { type: object, properties: { $id: { type: string }, team_name: { type: string }, last_order_no: { type: string } } }
    Order: { type: object, properties: { order_no: { type: string }, team_id: { type: string }, user_no: { type: string, x-selvedge-entity: User.userNo } } }
`);
    expect(sdl).toContain('extend schema @source(naming: SNAKE_CASE)');
    expect(sdl).toContain(String.raw`team: Team @map(from: "{ \"$id\": team_id }")`);
    expect(sdl).toContain('@map(from: "{ user_no: user_no }")');
  });

  it('takes off what only carries an answer', async () => {
    const { sdl } = await importedApi(`
paths:
  /orders/{id}: { get: { operationId: getOrder, parameters: [{ name: id, in: path, required: true }], ${answers("{ type: object, properties: { order: { $ref: '#/components/schemas/Order' }, meta: { type: object } } }")} } }
  /state: { get: { operationId: getState, ${answers("{ $ref: '#/components/schemas/State' }")} } }
components:
  schemas:
    Order: { type: object, properties: { id: { type: string }, total: { type: integer } } }
    State: { type: object, properties: { last: { $ref: '#/components/schemas/Order' } } }
`);
    expect(sdl).toContain('order(id: ID!): Order @rest(GET: "/orders/{id}", select: "order")');
    expect(sdl).toContain('type Order @key(fields: "id") @rest(GET: "/orders/{id}", select: "order") {');
    expect(sdl).toContain('state: State @rest(GET: "/state")');
  });

  it('tells what the config needs', async () => {
    const { report } = await importedApi(`
servers: [{ url: 'https://{region}.shop.example/v1/', variables: { region: { default: eu } } }, { url: https://staging.example }]
paths: { /a: { get: { ${answers('{ type: string }')} } } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    key: { type: apiKey, in: header, name: X-Key }
    query: { type: apiKey, in: query, name: token }
`);
    expect(report.config).toEqual([
      'graph.subgraphs.api.url: https://eu.shop.example/v1, or https://staging.example',
      'auth.upstream.api: { forward: [authorization] }, if callers bring what the service knows them by',
      'auth.upstream.api: { forward: [x-key] }, if callers bring what the service knows them by',
      'graph.subgraphs.api.url: its query goes with every call: …?token=${API_KEY}',
    ]);
  });

  it('asks clients for no header that the config or the gateway sees to', async () => {
    const { sdl } = await importedApi(`
paths: { /a: { get: { operationId: getA, parameters: [{ name: X-KEY, in: header }, { name: If-None-Match, in: header }, { name: Accept-Encoding, in: header }, { name: X-Trace, in: header }], ${answers('{ type: string }')} } } }
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }`);
    expect(sdl).toContain('a(xTrace: String): String');
  });

  it('refuses what it cannot read, with the place', async () => {
    const problemsOf = async (yaml: string, files = {}): Promise<string> => {
      const error: unknown = await importedApi(yaml, files).catch((thrown: unknown) => thrown);
      return error instanceof ProblemsError ? error.message : String(error);
    };
    expect(await problemsOf('swagger: "2.0"\npaths: {}')).toMatchInlineSnapshot(`
      "api.yaml:1:1  IMPORT_UNSUPPORTED  It is Swagger 2.0; 3.0, 3.1 and 3.2 are read.
          Convert it first: npx swagger2openapi FILE --outfile openapi.yaml"
    `);
    expect(await problemsOf('info: {}')).toContain('The description has no paths.');
    expect(await problemsOf('paths: [')).toMatch(/^api\.yaml:2:\d+ {2}IMPORT_UNREADABLE/);
    expect(await problemsOf('paths: { /a: { get: { responses: { "200": { $ref: "#/nowhere" } } } } }')).toContain(
      '"#/nowhere" leads nowhere.',
    );
    expect(await problemsOf('paths: { /a: { $ref: "#/paths/~1b" }, /b: { $ref: "#/paths/~1a" } }')).toContain(
      'leads back to itself',
    );
  });
});

describe('names', () => {
  const operation = (id: string, path: string, list = false) =>
    `  ${path}: { get: { operationId: ${id}, ${answers(list ? '{ type: array, items: { type: string } }' : '{ type: string }')} } }`;

  it.each([
    ['getUserById', '/users/{id}', false, 'user'],
    ['listUsers', '/users', true, 'users'],
    ['repos/get', '/repos/{owner}/{repo}', false, 'repo'],
    ['repos/list-for-org', '/orgs/{org}/repos', true, 'reposForOrg'],
    ['issues/list-comments', '/issues/comments', true, 'issueComments'],
    ['actions/list-workflow-runs', '/runs', true, 'workflowRuns'],
    ['GetCustomersCustomer', '/v1/customers/{customer}', false, 'customer'],
    ['GetCustomersCustomerSources', '/v1/customers/{customer}/sources', true, 'customerSources'],
    ['listNamespacedPod', '/api/v1/pods', true, 'namespacedPods'],
    ['read_items_items__item_id__get', '/items/{item_id}', false, 'item'],
    ['users.messages.list', '/messages', true, 'usersMessages'],
    ['searchProducts', '/search', true, 'searchProducts'],
    ['getStatus', '/status', false, 'status'],
  ])('makes of %s at %s a field', async (id, path, list, name) => {
    const { sdl } = await importedApi(`paths:\n${operation(id, path, list)}`);
    expect(/^ {2}(\w+)/m.exec(definition(sdl, 'type Query'))?.[1]).toBe(name);
  });

  it('are told apart by what the paths say, or else by numbers', async () => {
    const { sdl } = await importedApi(
      `paths:\n${operation('getItem', '/a/item')}\n${operation('get_item', '/b/item')}\n${operation('fetchItem', '/b/{x}/item')}`,
    );
    expect([...sdl.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual(['aItem', 'bItem', 'bItem2']);
  });

  it('of changes begin with what is done', async () => {
    const done = "responses: { '204': {} }";
    const { sdl } = await importedApi(`
paths:
  /v1/charges: { post: { ${done} } }
  /v1/charges/{charge}: { post: { ${done} }, put: { ${done} }, delete: { ${done} } }
  /v1/charges/{charge}/capture: { post: { ${done} } }
  /issues: { post: { operationId: issues/create, ${done} } }
  /issues/{id}/comments: { post: { operationId: issues/create-comment, ${done} } }
`);
    expect([...sdl.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name)).toEqual([
      'createCharge',
      'updateCharge',
      'replaceCharge',
      'deleteCharge',
      'captureCharge',
      'createIssue',
      'createIssueComment',
    ]);
  });
});

describe('parameters', () => {
  it('go where the service wants them', async () => {
    const { sdl } = await importedApi(`
paths:
  /a/{path_id}/{rest}:
    get:
      operationId: getThing
      parameters:
        - { name: path_id, in: path, required: true, style: label, schema: { type: integer } }
        - { name: 'filter', in: query, style: deepObject, schema: { type: object, properties: { state: { enum: [on, off-line] }, age: { type: integer } } } }
        - { name: 'tag', in: query, schema: { type: array, items: { type: string } } }
        - { name: 'sort-by', in: query, deprecated: true, schema: { type: string } }
        - { name: X-Tenant, in: header, required: true, schema: { type: string } }
        - { name: Accept, in: header, schema: { type: string } }
        - { name: session, in: cookie, schema: { type: string } }
      ${answers('{ type: string }')}
`);
    expect(sdl).toMatchInlineSnapshot(`
      "type Query {
        thing(
          pathId: ID!
          xTenant: String!
          rest: String!
          filterState: FilterState @map(from: "filter[state]")
          filterAge: Int @map(from: "filter[age]")
          tag: [String!]
          sortBy: String @map(from: "sort-by") @deprecated
          session: String
        ): String
          @rest(
            GET: "/a/{.pathId}/{rest}{?filterState,filterAge,tag*,sortBy}"
            headers: [{ name: "x-tenant", value: "{args.xTenant}" }, { name: "cookie", value: "session={args.session}" }]
          )
      }

      enum FilterState {
        on
        off_line @map(from: "off-line")
      }
      "
    `);
  });

  it('are those of an object that the usual style spreads', async () => {
    const { sdl } = await importedApi(`
paths:
  /a:
    get:
      parameters:
        - { name: range, in: query, required: true, schema: { type: object, required: [from], properties: { from: { type: integer }, to: { type: integer } } } }
        - { name: Content-Length, in: header, required: true, schema: { type: integer } }
      ${answers('{ type: string }')}
  '/b#first': { get: { operationId: getFirst, ${answers('{ type: string }')} } }
`);
    expect(sdl).toBe(`type Query {
  # TODO: named by its path, as all that have no operationId. Rename what reads badly
  a(from: Int!, to: Int): String @rest(GET: "/a{?from,to}")
  first: String @rest(GET: "/b")
}
`);
  });

  it('are left out where they, or their path, cannot be written', async () => {
    const { sdl, report } = await importedApi(`
paths:
  /a: { get: { operationId: getA, parameters: [{ name: _, in: query }, { name: '', in: query }], ${answers('{ type: string }')} } }
  '/b\\c': { get: { operationId: getB, ${answers('{ type: string }')} } }
`);
    expect(sdl).toBe('type Query {\n  a(_: String): String @rest(GET: "/a{?_}")\n}\n');
    expect(report.leftOut.map(({ why }) => why)).toEqual(['has no name', 'its path has what no URL has']);
  });

  it('are told apart where an object that is spread has the name of another one', async () => {
    const { sdl, report } = await importedApi(`
paths:
  /a:
    get:
      operationId: getA
      parameters:
        - { name: where, in: query, schema: { type: object, required: [page], properties: { page: { type: integer }, size: { type: integer } } }, required: true }
        - { name: page, in: query, schema: { type: integer } }
      ${answers('{ type: string }')}
`);
    expect(sdl).toContain('a(size: Int, page: Int): String @rest(GET: "/a{?size,page}")');
    expect(report.leftOut).toMatchObject([{ what: 'GET /a, parameter "page"', why: 'has the name of another one' }]);
  });

  it('share an enum where they have the same name and values', async () => {
    const sort = (values: string) => `parameters: [{ name: sort, in: query, schema: { enum: [${values}] } }]`;
    const { sdl } = await importedApi(`
paths:
  /a: { get: { ${sort('asc, desc')}, ${answers('{ type: string }')} } }
  /b: { get: { ${sort('asc, desc')}, ${answers('{ type: string }')} } }
  /c: { get: { ${sort('up, down')}, ${answers('{ type: string }')} } }
`);
    expect([...sdl.matchAll(/sort: (\w+)/g)].map(([, type]) => type)).toEqual(['Sort', 'Sort', 'CSort']);
  });
});

describe('bodies', () => {
  it('are JSON, a form, a list, or none', async () => {
    const body = (type: string, schema: string) => `requestBody: { content: { ${type}: { schema: ${schema} } } }`;
    const done = "responses: { '204': {} }";
    const { sdl } = await importedApi(`
paths:
  /json: { post: { operationId: sendJson, ${body('application/json', '{ type: object, properties: { a-b: { type: string, default: x } } }')}, ${done} } }
  /form: { post: { operationId: sendForm, ${body('application/x-www-form-urlencoded', '{ type: object, properties: { a: { type: string } } }')}, ${done} } }
  /list: { put: { operationId: sendList, ${body('application/json', '{ type: array, items: { type: string } }')}, ${done} } }
  /none: { post: { operationId: sendNone, ${done} } }
  /gone: { delete: { operationId: dropIt, ${body('application/json', '{ type: object, properties: { why: { type: string } } }')}, ${done} } }
`);
    expect(definition(sdl, 'type Mutation')).toMatchInlineSnapshot(`
      "type Mutation {
        sendJson(input: SendJsonInput): Boolean @rest(POST: "/json")
        sendForm(input: SendFormInput): Boolean @rest(POST: "/form", bodyFormat: FORM)
        sendList(input: [String!]): Boolean @rest(PUT: "/list", body: "args.input")
        sendNone: Boolean @rest(POST: "/none", bodyFormat: NONE)
        dropIt(input: DropItInput): Boolean @rest(DELETE: "/gone", body: "args.input")
      }"
    `);
    expect(definition(sdl, 'input SendJsonInput')).toBe('input SendJsonInput {\n  aB: String @map(from: "a-b")\n}');
  });

  it('that hold themselves can be given all the same', async () => {
    const { sdl } = await importedApi(`
paths:
  /nodes: { post: { operationId: addNode, requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Node' } } } }, responses: { '204': {} } } }
components:
  schemas:
    Node: { type: object, required: [parent, name], properties: { parent: { $ref: '#/components/schemas/Node' }, name: { type: string } } }
`);
    expect(definition(sdl, 'input Node')).toBe('input Node {\n  parent: Node\n  name: String!\n}');
  });

  it('have what the gateway fills in', async () => {
    const { sdl } = await importedApi(`
paths:
  /notes:
    post:
      operationId: addNote
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Note' } } } }
      responses: { '204': {} }
components:
  schemas:
    Note: { type: object, required: [text, author_id], properties: { text: { type: string }, author_id: { type: string, x-selvedge-from: claims.sub } } }
`);
    expect(sdl).toContain('@rest(POST: "/notes", body: "{ text: args.input.text, author_id: claims.sub }")');
    expect(definition(sdl, 'input Note')).toBe('input Note {\n  text: String!\n}');
  });
});
