import type { Access } from '#connector/kit.ts'
import { obtainToken, requiredSecret, SignInFailed, signedJwt, type ObtainedToken } from '#connector/oauth.ts'
import type { Settings } from './settings.ts'

/** An assertion may live three minutes at most. */
const ASSERTION_SECONDS = 180

/** A session from the token endpoint. Its reply names no end: the session lasts as the org's settings say, and a 401 ends it. */
export async function signIn(access: Access<Settings>): Promise<ObtainedToken> {
  const { auth, instanceUrl, tokenUrl } = access.settings
  const url = tokenUrl ?? `${instanceUrl}/services/oauth2/token`
  const id = requiredSecret(access, 'clientId')
  if (auth.type === 'clientCredentials') {
    const client = { id, secret: requiredSecret(access, 'clientSecret'), in: 'body' as const }
    return await obtainToken(access, { url, form: { grant_type: 'client_credentials' }, client })
  }
  const claims = {
    iss: id,
    sub: auth.username,
    aud: auth.audience,
    exp: Math.floor(access.nowMs() / 1000) + ASSERTION_SECONDS,
  }
  const assertion = signed(claims, requiredSecret(access, 'privateKey'))
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
  return await obtainToken(access, { url, form, client: { id, in: 'body' } })
}

function signed(claims: Record<string, string | number>, privateKey: string): string {
  try {
    return signedJwt(claims, privateKey)
  } catch {
    throw new SignInFailed({
      kind: 'disconnected',
      reason: 'the secret "privateKey" is no RSA private key in PEM form',
    })
  }
}
