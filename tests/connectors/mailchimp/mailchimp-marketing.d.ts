/** What the tests use of Mailchimp's official client, which has no types of its own. */
declare module '@mailchimp/mailchimp_marketing' {
  type Given = Readonly<Record<string, unknown>>

  export interface Member {
    id: string
    email_address: string
    status: string
    merge_fields: Readonly<Record<string, unknown>>
    tags: readonly { id: number; name: string }[]
    last_changed: string
  }

  interface Batch {
    new_members: readonly Member[]
    updated_members: readonly Member[]
    errors: readonly { email_address: string; error_code: string }[]
    total_created: number
    error_count: number
  }

  interface Client {
    basePath: string
    setConfig(config: { apiKey?: string; accessToken?: string }): void
    ping: { get(): Promise<{ health_status: string }> }
    lists: {
      getList(list: string): Promise<{ id: string; name: string }>
      setListMember(list: string, hash: string, body: Given): Promise<Member>
      updateListMember(list: string, hash: string, body: Given): Promise<Member>
      addListMember(list: string, body: Given): Promise<Member>
      getListMember(list: string, hash: string): Promise<Member>
      getListMembersInfo(list: string, options: Given): Promise<{ members: readonly Member[]; total_items: number }>
      batchListMembers(list: string, body: Given): Promise<Batch>
      updateListMemberTags(list: string, hash: string, body: Given): Promise<unknown>
      deleteListMember(list: string, hash: string): Promise<unknown>
      deleteListMemberPermanent(list: string, hash: string): Promise<unknown>
    }
  }

  const client: Client
  export default client
}
