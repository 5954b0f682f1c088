// A client that others wrote (npm openid-client), which insists on what OpenID Connect says
// about issuers, keys, nonces and errors, signs somebody in at a provider. Reads one JSON
// object:
//   { discovery, client, secret, redirect, more: { parameter: value }, userinfo,
//     steps: [{ field: value }] }
// where a step fills the form that the provider shows. Prints what the client was told.
import { text } from 'node:stream/consumers';
import * as openid from 'openid-client';

const given = JSON.parse(await text(process.stdin));
const config = await openid.discovery(new URL(given.discovery), given.client, given.secret, undefined, {
  execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
});
const told = { issuer: config.serverMetadata().issuer };

const pkceCodeVerifier = openid.randomPKCECodeVerifier();
const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
const start = openid.buildAuthorizationUrl(config, {
  redirect_uri: given.redirect,
  state: expectedState,
  nonce: expectedNonce,
  code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  ...given.more,
});
let answer = await fetch(start, { redirect: 'manual' });
for (const fields of given.steps) {
  const page = await answer.text();
  const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? [];
  const [, request] = /name="request" value="([^"]*)"/.exec(page) ?? [];
  if (action === undefined) throw new Error(`no form: HTTP ${answer.status} ${page}`);
  const body = new URLSearchParams({ request, ...fields });
  answer = await fetch(new URL(action, answer.url), { method: 'POST', redirect: 'manual', body });
}
const callback = new URL(answer.headers.get('location'));
const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
const tokens = await openid.authorizationCodeGrant(config, callback, checks).catch((error) => {
  console.log(JSON.stringify({ ...told, refused: error.cause?.message ?? error.message }));
  process.exit();
});
told.claims = tokens.claims();

const refused = async (attempt) => {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    return error instanceof openid.ResponseBodyError ? error.error : String(error);
  }
};
told.again = await refused(openid.authorizationCodeGrant(config, callback, checks));
const fresh = await openid.refreshTokenGrant(config, tokens.refresh_token);
told.refreshed = fresh.access_token !== tokens.access_token;
told.unknown = await refused(openid.refreshTokenGrant(config, 'nonsense'));
if (given.userinfo) {
  told.userinfo = await openid.fetchUserInfo(config, fresh.access_token, told.claims.sub);
}
const stranger = await openid.discovery(new URL(given.discovery), given.client, 'wrong', undefined, {
  execute: [openid.allowInsecureRequests],
});
told.stranger = await refused(openid.refreshTokenGrant(stranger, tokens.refresh_token));
console.log(JSON.stringify(told));
