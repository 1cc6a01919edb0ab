/** A document that a hostile client might send, with its variables, by what it tries. */
export type HostileRequest = { readonly text: string; readonly variables?: unknown };

const BODY = 2_000_000;

const fill = (text: string, length = BODY): string => text.repeat(Math.floor(length / text.length));

const each = (count: number, write: (index: number) => string, separator = ' '): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(separator);

/** As long as the body may be, and as long as a text of 5,000 tokens may be. */
function ofText(length: number): Record<string, string> {
  return {
    'one comment': `#${fill('x', length - 50)}\n{ me { id } }`,
    'comments of no letters': `${fill('#\n', length - 50)}{ me { id } }`,
    'empty lines before an error': `${fill('\n', length - 50)}}`,
    'errors behind empty lines': `${fill('\n', length - 600)}{ ${each(50, (index) => `x${index}`)} }`,
    commas: `${fill(',', length - 50)}{ me { id } }`,
    'one string': `{ search(text: "${fill('x', length - 100)}") { id } }`,
    'a string of escapes': `{ search(text: "${fill('\\n', length - 100)}") { id } }`,
    'a block string of empty lines': `{ search(text: """${fill('\n', length - 100)}""") { id } }`,
    'a block string of indented lines': `{ search(text: """${fill('  x\n', length - 100)}""") { id } }`,
    'a string without end': `{ search(text: "${fill('x', length - 100)}`,
    'one number': `{ search(size: ${fill('1', length - 100)}) { id } }`,
    'one name': `{ ${fill('a', length - 100)} }`,
    'open braces': fill('{a', length),
    'open brackets': `{ me(a: ${fill('[', length - 50)}`,
    'an unexpected character at the end': `{ me { id } } ${fill(' ', length - 50)}%`,
  };
}

const withLength = (label: string, documents: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(documents).map(([name, text]) => [`${label}: ${name}`, text]));

const doubling = (levels: number, leaf: string, on = 'User'): string =>
  `${each(levels, (index) => `fragment F${index} on ${on} { ...F${index + 1} ...F${index + 1} }`)} fragment F${levels} on ${on} { ${leaf} }`;

/** Fragments and fields that share response keys, which make comparing them dear. */
const overlapping: Record<string, string> = {
  'one field, repeated': `{ me { ${each(4990, () => 'id')} } }`,
  'one object, repeated': `{ me { ${each(1200, () => 'best { id }')} } }`,
  'one object, repeated with different fields': `{ me { ${each(1200, (index) => `best { ${index % 2 ? 'id' : 'name'} }`)} } }`,
  'nested repetition': `{ me { ${each(350, () => 'best { best { best { best { best { id } } } } }')} } }`,
  'repetition at each level': (() => {
    let inner = 'id';
    for (let level = 0; level < 7; level++) inner = `best { ${inner} } best { ${inner} } best { ${inner} }`;
    return `{ me { ${inner} } }`;
  })(),
  'fragments, all with each other': `{ me { ${each(240, (index) => `...F${index}`)} } } ${each(240, (index) => `fragment F${index} on User { best { id } name best { name } }`)}`,
  'fragments in a chain': `{ me { ...F0 } } ${each(40, (index) => `fragment F${index} on User { id best { id } ...F${index + 1} }`)} fragment F40 on User { id }`,
  'fragments that double': `{ me { ...F0 } } ${doubling(12, 'id')}`,
  'fragments that double without bounds': `{ me { ...F0 } } ${doubling(40, 'id')}`,
  'types that exclude each other': `{ nodes { ${each(400, (index) => `... on T${index % 60} { peer { id } }`)} } }`,
  'types that exclude each other, nested': (() => {
    let inner = 'id';
    for (let level = 0; level < 3; level++) {
      const before = inner;
      inner = `peer { ${before} } ${each(9 - level, (index) => `... on T${index} { peer { id } }`)}`;
    }
    return `{ nodes { ${inner} } }`;
  })(),
  'interface and types at each level': (() => {
    let inner = 'id';
    for (let level = 0; level < 12; level++) {
      const before = inner;
      inner = `peer { ${before} } ${each(30, (index) => `... on T${index} { peer { id x${level}: __typename } }`)}`;
    }
    return `{ nodes { ${inner} } }`;
  })(),
  'differing arguments': `{ me { ${each(700, (index) => `friends(first: ${index}) { id }`)} } }`,
  'large arguments compared': `{ ${each(20, () => `search(filter: { and: [${each(60, () => '{ text: "x" }')}] }) { id }`)} }`,
};

const many: Record<string, string> = {
  'fragments that nobody uses': `{ me { id } } ${each(700, (index) => `fragment F${index} on User { id }`)}`,
  'a cycle of fragments': `{ me { ...F0 } } ${each(700, (index) => `fragment F${index} on User { ...F${(index + 1) % 700} }`)}`,
  'fragments that all contain each other': `{ me { ...F0 } } ${each(45, (index) => `fragment F${index} on User { ${each(45, (other) => `...F${other}`)} }`)}`,
  'fields that contain each other': `{ me { ...F0 } } ${each(25, (index) => `fragment F${index} on User { ${each(25, (other) => `best { ...F${other} }`)} }`)}`,
  'fragments that are not there': `{ me { ${each(2400, (index) => `...F${index}`)} } }`,
  'variables that nobody uses': `query (${each(1240, (index) => `$v${index}: Int`)}) { me { id } }`,
  'variables that are not declared': `{ me { friends(${each(1200, (index) => `a: $v${index}`)}) { id } } }`,
  'one variable, often': `query ($v: Int) { me { friends(${each(1200, () => 'first: $v')}) { id } } }`,
  'operations over one fragment': `${each(300, (index) => `query Q${index}($v: Int) { ...F }`)} fragment F on Query { me { friends(first: $v) { ${each(300, () => 'id')} } } }`,
  'operations over one fragment of many variables': `${each(250, (index) => `query Q${index} { ...F }`)} fragment F on Query { me { friends(${each(780, (index) => `first: $v${index}`)}) { id } } }`,
  'operations over a chain of fragments': `${each(300, (index) => `query Q${index} { me { ...F0 } }`)} ${each(40, (index) => `fragment F${index} on User { ...F${index + 1} }`)} fragment F40 on User { id }`,
  'operations of one name': each(700, () => 'query A { me { id } }'),
  aliases: `{ me { ${each(1600, (index) => `a${index}: id`)} } }`,
  'aliases of prototypes': `{ me { __proto__: id constructor: name toString: best { __proto__: id hasOwnProperty: id } } }`,
  'names of prototypes': `query constructor($__proto__: Int, $toString: Int) { me { __proto__: friends(first: $__proto__) { ...hasOwnProperty } valueOf: friends(first: $toString) { id } } } fragment hasOwnProperty on User { constructor: id }`,
  directives: `{ me { id ${each(1600, () => '@a')} } }`,
  'repeated directives': `{ me { id ${each(48, () => '@skip(if: false)')} } }`,
  'unknown fields': `{ me { ${each(4990, (index) => `x${index}`)} } }`,
  'a large list': `{ search(sizes: [${each(4980, () => '1')}]) { id } }`,
  'a large list of what is wrong': `{ search(sizes: [${each(4980, () => '"a"')}]) { id } }`,
  'a large object': `{ search(filter: { ${each(1600, (index) => `x${index}: 1`)} }) { id } }`,
  'deep objects': `{ search(filter: ${'{ and: ['.repeat(21)}${']}'.repeat(21)}) { id } }`,
  'spreads on interfaces of many types': `{ nodes { ${each(600, (index) => `... on I${index % 40} { __typename }`)} } }`,
  'nested spreads on interfaces': `{ nodes { ${'... on Node { ... on I0 { '.repeat(21)} id ${'} }'.repeat(21)} } }`,
  'introspection, often': `{ ${each(20, (index) => `a${index}: __schema { types { name fields { name type { name } } } }`)} }`,
};

/** Within every limit: what the planner and the compiler then have to do. */
const planned: Record<string, string> = {
  'all of a large interface': `{ nodes { id peer { id peer { id peer { id } } } } }`,
  'all types of an interface': `{ nodes { ${each(60, (index) => `... on T${index} { name${index} peer { ... on T${index} { stock } } }`)} } }`,
  'types of an interface, nested': (() => {
    let inner = 'id';
    for (let level = 0; level < 3; level++) {
      const before = inner;
      inner = each(10, (index) => `... on T${index} { peer { ${before} } }`);
    }
    return `{ nodes { ${inner} } }`;
  })(),
  'an interface, deep, with other services': `{ nodes ${'{ peer '.repeat(12)}{ id stock }${' }'.repeat(12)} }`,
  'types of an interface, deep': `{ nodes ${'{ ... on T1 { peer '.repeat(12)}{ ... on T2 { stock } }${' } }'.repeat(12)} }`,
  'hops between services, deep': `{ me ${'{ best { stock score } best '.repeat(12)}{ stock score }${' }'.repeat(12)} }`,
  'hops under aliases': `{ ${each(20, (index) => `a${index}: me { best { best { stock score best { stock score } } } }`)} }`,
  'wide selections by fragments': `{ me { ...F0 } } ${doubling(11, 'stock score name')}`,
  'fields by fragments at each level': (() => {
    const fragments = each(
      9,
      (index) => `fragment G${index} on User { stock best { ...G${index + 1} } friends { ...G${index + 1} } }`,
    );
    return `{ me { ...G0 } } ${fragments} fragment G9 on User { id score }`;
  })(),
  'interfaces by fragments at each level': (() => {
    const fragments = each(
      5,
      (index) =>
        `fragment G${index} on Node { ... on T0 { peer { ...G${index + 1} } } ... on T1 { peer { ...G${index + 1} } } stock peer { ...G${index + 1} } }`,
    );
    return `{ nodes { ...G0 } } ${fragments} fragment G5 on Node { id stock }`;
  })(),
  'conditions by four variables': `query (${each(4, (index) => `$v${index}: Boolean!`)}) { me { ${each(48, (index) => `best @include(if: $v${index % 4}) { stock score name }`)} } }`,
  'conditions by many variables': `query (${each(48, (index) => `$v${index}: Boolean!`)}) { me { ${each(48, (index) => `best @include(if: $v${index}) { stock score }`)} } }`,
  'conditions on interfaces': `query (${each(4, (index) => `$v${index}: Boolean!`)}) { nodes { ${each(40, (index) => `... on T${index} @include(if: $v${index % 4}) { peer { stock } }`)} } }`,
  'a large interface in a union': `{ all { ... on Node { id stock peer { stock } } } }`,
  'a large union': `{ all { ${each(60, (index) => `... on T${index} { stock peer { stock } }`)} } }`,
};

function variablesOf(count: number): Record<string, HostileRequest> {
  const text = 'query ($sizes: [Int!], $filter: Filter) { search(sizes: $sizes, filter: $filter) { id } }';
  let deep: object = { text: 'x' };
  for (let depth = 0; depth < count / 10; depth++) deep = { and: [deep] };
  return {
    'a list of numbers': { text, variables: { sizes: Array.from({ length: count }, () => 1) } },
    'a list of what is wrong': { text, variables: { sizes: Array.from({ length: count }, () => 'x') } },
    'a list of objects': {
      text,
      variables: { filter: { and: Array.from({ length: count / 3 }, () => ({ text: 'x' })) } },
    },
    'an object of unknown fields': {
      text,
      variables: { filter: Object.fromEntries(Array.from({ length: count - 10 }, (_, index) => [`x${index}`, 1])) },
    },
    'unknown variables': {
      text,
      variables: Object.fromEntries(Array.from({ length: count / 8 }, (_, index) => [`x${index}`, 1])),
    },
    'deep objects': { text, variables: { filter: deep } },
    'a long string': { text, variables: { filter: { text: fill('x') } } },
    'a long string in the wrong place': { text, variables: { sizes: fill('x') } },
  };
}

/** Whatever flags a document declares are true. */
const FLAGS = Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`v${index}`, true]));

const toRequests = (documents: Record<string, string>): Record<string, HostileRequest> =>
  Object.fromEntries(Object.entries(documents).map(([name, text]) => [name, { text, variables: FLAGS }]));

/** Every one of them by a name that says what it tries. */
export const hostileRequests: Readonly<Record<string, HostileRequest>> = {
  ...toRequests(withLength('2 MB', ofText(BODY))),
  ...toRequests(withLength('500 kB', ofText(500_000))),
  ...toRequests(withLength('overlap', overlapping)),
  ...toRequests(withLength('many', many)),
  ...toRequests(withLength('plan', planned)),
  ...Object.fromEntries(
    [24_000, 29_000].flatMap((count) =>
      Object.entries(variablesOf(count)).map(([name, request]) => [`${count} variables: ${name}`, request]),
    ),
  ),
};
