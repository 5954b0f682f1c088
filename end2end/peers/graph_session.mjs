// Microsoft's own client library (npm @microsoft/microsoft-graph-client) in a session with a
// stand-in for Graph. Reads { base, token }; prints what it was told.
import { text } from 'node:stream/consumers';
import { Client, GraphError, HTTPMessageHandler, RetryHandler } from '@microsoft/microsoft-graph-client';

const given = JSON.parse(await text(process.stdin));

// The library's own gives tokens to https only.
class Bearer {
  setNext(next) {
    this.next = next;
  }
  async execute(context) {
    context.options.headers = { ...context.options.headers, Authorization: `Bearer ${given.token}` };
    await this.next.execute(context);
  }
}

const [bearer, retry] = [new Bearer(), new RetryHandler()];
bearer.setNext(retry);
retry.setNext(new HTTPMessageHandler());
const client = Client.initWithMiddleware({ baseUrl: `${given.base}/`, defaultVersion: 'v1.0', middleware: bearer });

const refused = async (attempt) => {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const { statusCode, code, message, requestId, date } = error;
    return { status: statusCode, code, message, requestId, date };
  }
};

const told = { people: [], pages: 0 };
const request = client
  .api('/users')
  .select(['id', 'displayName', 'mail', 'userPrincipalName'])
  .top(999)
  .count(true);
// The first page is refused once with Retry-After, which the library obeys.
let page = await request.header('ConsistencyLevel', 'eventual').get();
told.count = page['@odata.count'];
for (;;) {
  told.pages += 1;
  told.people.push(...page.value.map(({ userPrincipalName }) => userPrincipalName));
  const next = page['@odata.nextLink'];
  if (next === undefined) break;
  // The library knows whole addresses by https only.
  const rest = next.replace(`${given.base}/v1.0`, '');
  page = await client.api(rest).header('ConsistencyLevel', 'eventual').get();
}
told.me = (await client.api('/me').select('mail').get()).mail;
told.nobody = await refused(client.api('/users/nobody@nordlicht.example').get());
told.wrong = await refused(client.api('/users').select('colour').get());
told.calendar = await refused(client.api('/me/calendar').get());
console.log(JSON.stringify(told));
