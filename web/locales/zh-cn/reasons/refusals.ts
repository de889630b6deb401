/** 操作为何被拒绝：与 src/model/refusals.ts 一一对应。 */
export const refusals: Readonly<Record<string, string>> = {
  golden_unknown: '主记录 {{id}} 不存在。',
  golden_merged: '主记录 {{id}} 已合并到 {{mergedInto}}，请在后者上操作。',
  pair_unknown: '这一对记录不存在。',
  pair_of_one: '请指定两条不同的主记录。',
  pair_of_two_entities: '{{left}} 与 {{right}} 是不同的实体，不可能是同一条记录。',
  entity_never_merged: '{{entity}} 的主记录从不合并：每条记录只属于一个来源系统。',
  pair_not_never: '这两条记录没有被标记为“不是同一个”。',
  pair_never: '这两条记录已被标记为“不是同一个”，请先取消该标记。',
  pair_is_one: '这两条记录已经是同一条主记录：请撤销它们的合并。',
  review_unknown: '待审核项 {{id}} 不存在。',
  review_decided: '该待审核项已有结论：{{state}}。',
  merge_unknown: '合并 {{id}} 不存在。',
  merge_undone: '该合并已被撤销。',
  merge_erased: '该客户的数据已被删除，没有可拆分的内容。',

  fields_unnamed: '请至少指定一个字段。',
  consent_by_hand: '{{fields}}：同意只能由系统连同凭据给出，不能手工填写。',
  values_misfit: '这些值不符合 {{entity}} 的模型。',
  fields_not_held: '这些字段都没有被人工指定。',

  remote_unknown: '没有客户对应 {{system}}/{{object}} 的 {{remoteId}}。',
  remote_merged: '{{system}}/{{object}} 的 {{remoteId}} 在该系统中已合并到 {{mergedInto}}。',
  remote_deleted: '{{system}}/{{object}} 的 {{remoteId}} 在该系统中已被删除。',
  no_held_deletes: '{{system}}/{{object}} 没有被拦截的删除。',

  merge_system_unknown: '没有名为“{{name}}”的系统。',
  merge_not_offered:
    '连接器 {{connector}} 没有合并两条“{{object}}”的接口：请在 {{system}} 中手工合并，中枢得知后会跟随更新。',
  merge_system_idle: '{{system}} 当前状态为 {{state}}，请先恢复它。',
  merge_not_linked: '{{system}}/{{object}} 尚未生效：首次关联完成之前不会写入任何内容。',
  loser_unknown: '没有客户拥有有效的记录 {{place}} {{remoteId}}。',
  survivor_unknown: '{{place}} {{remoteId}} 不是同一客户的有效记录。',
  survivor_is_loser: '{{place}} {{remoteId}} 是要保留的记录：请指定重复的那一条，或另选一条保留。',
  vendor_not_merged: '{{place}} 没有合并它们：{{why}}',
  vendor_merge_unknown:
    '无法确定 {{place}} 是否已合并它们：{{why}}。重试之前请先到该系统中查看；如果已合并，中枢会得知。',

  weights_unused: '此处只按强标识关联：在 patchbay.yaml 设置 policy.matching 之前，权重不起作用。',
  weights_unknown: '没有编号为 {{number}} 的权重。',
  pairs_too_few: '只有 {{pairs}} 对记录相似：至少需要 {{least}} 对才能估算权重。',
  weights_of_file: 'patchbay.yaml 指定了权重文件（policy.matching.model: {{file}}）：请先删去该行。',
  configuration_wrong: 'patchbay.yaml 有错误：命令 patchbay check 会逐一列出。',
  policy_in_force: 'patchbay.yaml 中的策略已经生效，没有需要应用的内容。',
}
