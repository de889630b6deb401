/** A start that cannot be; `message` is for the operator. */
export class HubStartError extends Error {
  readonly code: 'port_taken' | 'mapping_invalid' | 'policy_invalid' | 'port_refused' | 'config_outdated'
  constructor(code: HubStartError['code'], message: string) {
    super(message)
    this.name = 'HubStartError'
    this.code = code
  }
}
