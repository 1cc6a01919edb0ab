/** How one broker writes topics; ours are `a.b`, with `*` for one segment and `>` for the rest. */
export type TopicNotation = {
  readonly separator: string;
  readonly one: string;
  readonly rest: string;
};

export const MQTT_TOPICS: TopicNotation = { separator: '/', one: '+', rest: '#' };
export const AMQP_TOPICS: TopicNotation = { separator: '.', one: '*', rest: '#' };

/** Our topic or pattern in a broker's notation. */
export function toBrokerTopic(topic: string, notation: TopicNotation): string {
  return topic
    .split('.')
    .map((segment) => (segment === '*' ? notation.one : segment === '>' ? notation.rest : segment))
    .join(notation.separator);
}

/** Whether a topic has wildcards. */
export function isPattern(topic: string): boolean {
  return topic.split('.').some((segment) => segment === '*' || segment === '>');
}

/** Whether a concrete topic fits a pattern; `>` stands for one or more segments, whatever the broker's own rule. */
export function isTopicMatch(pattern: string, topic: string): boolean {
  const wanted = pattern.split('.');
  const found = topic.split('.');
  const rest = wanted.indexOf('>');
  if (rest === -1 ? wanted.length !== found.length : found.length <= rest) return false;
  const fixed = rest === -1 ? wanted : wanted.slice(0, rest);
  return fixed.every((segment, index) => segment === '*' || segment === found[index]);
}
