// SuperOffice's sign-in by an identity provider that others wrote (npm oidc-provider): real
// PKCE, nonce, issuer and keys; only the claims are SuperOffice's. One argument, JSON:
//   { client, secret, redirect, people: { login: { claim: value } } }
// Prints one line with its address when it listens, and ends with its standard input.
import http from 'node:http';
import { Provider } from 'oidc-provider';

const { client, secret, redirect, people } = JSON.parse(process.argv[2]);
const claims = [...new Set(Object.values(people).flatMap((person) => Object.keys(person)))];

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: client,
      client_secret: secret,
      redirect_uris: [redirect],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
      application_type: 'native',
    }],
    // All claims belong to "openid" and stand in the id token itself.
    claims: { openid: ['sub', ...claims] },
    conformIdTokenClaims: false,
    scopes: ['openid'],
    findAccount: (_context, login) =>
      login in people ? { accountId: login, claims: () => ({ sub: login, ...people[login] }) } : undefined,
    issueRefreshToken: () => true,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['of this test only'] },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${JSON.stringify({ address: issuer })}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
