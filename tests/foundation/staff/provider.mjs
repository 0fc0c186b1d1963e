// A real OpenID provider for the tests. Arguments: port, client's redirect URI.
// Whoever logs in as X is the subject X, with the roles that follow a plus sign: anna+Webb.Skribent+larm.
import Provider from 'oidc-provider';
import { generateKeyPairSync } from 'node:crypto';

const [port, redirect] = process.argv.slice(2);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'kommunen', client_secret: 'en hemlighet: med+tecken', redirect_uris: [redirect],
    post_logout_redirect_uris: [], id_token_signed_response_alg: 'RS256' }],
  jwks: { keys: [{ ...key, alg: 'RS256', use: 'sig', kid: 'first' }] },
  cookies: { keys: ['the provider signs its own cookies with this'] },
  claims: { openid: ['sub', 'roles'], profile: ['name'], email: ['email'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  ttl: { Interaction: 600, Session: 600, Grant: 600, IdToken: 600, AccessToken: 600, AuthorizationCode: 60 },
  async findAccount(ctx, sub) {
    const [name, ...roles] = sub.split('+');
    return { accountId: sub, claims: async () => ({ sub, roles, name: `Funktion ${name}`, email: `${name}@kommun.example` }) };
  },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
