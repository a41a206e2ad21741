/** Where an application signs in and where Microsoft Graph is. */
import { type Cloud, type CloudName, clouds } from '../../platform/clouds.ts'
import { DeliveryProblem } from '../problem.ts'

/** Where to sign in and where Graph is; tests put a server of their own here. */
export type Endpoints = Pick<Cloud, 'login' | 'graph'>

/** What a token is asked for: all application permissions that were granted. */
export function scopeOf({ graph }: Pick<Endpoints, 'graph'>): string {
  return `${graph}/.default`
}

/** The addresses to use. Throws `bad-settings` for one that would send a secret over plain HTTP to elsewhere. */
export function endpointsOf(cloud: CloudName, instead?: Endpoints): Endpoints {
  const endpoints = instead ?? clouds[cloud]
  for (const address of [endpoints.login, endpoints.graph]) {
    const { protocol, hostname } = new URL(address)
    const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
    if (protocol !== 'https:' && !loopback)
      throw new DeliveryProblem('bad-settings', `The address ${address} is not HTTPS; use one that is.`)
  }
  return { login: endpoints.login.replace(/\/$/, ''), graph: endpoints.graph.replace(/\/$/, '') }
}
