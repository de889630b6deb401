/** 值的类型，用于下文的 {{…, kinds}}。 */
export const kinds: Readonly<Record<string, string>> = {
  nothing: '空',
  null: 'null',
  boolean: '布尔值',
  number: '数字',
  string: '文本',
  object: '对象',
  list: '列表',
  function: '函数',
}

/** 不运行映射即可发现的问题：与 src/mapping/language/flow/finding.ts 一一对应。 */
export const findings: Readonly<Record<string, string>> = {
  nothing_to_read: '这里没有可读取“{{name}}”的对象{{place}}，结果始终为空。',
  field_unknown: '这里没有字段“{{name}}”{{place}}，结果始终为空。',
  field_misspelt: '这里没有字段“{{name}}”{{place}}，结果始终为空。是否想写“{{near}}”？',
  variable_undefined: '${{name}} 未定义，结果始终为空。',
  variable_misspelt: '${{name}} 未定义，结果始终为空。是否想写 ${{near}}？',
  function_without_sign: '“{{name}}”在这里是字段，不能调用。是否想写 ${{name}}？',
  binding_by_equals: '= 表示比较：要给 ${{name}} 赋值，请写 ${{name}} := …',
  system_unknown: '没有系统“{{name}}”：$xref 的结果为空。',
  system_misspelt: '没有系统“{{name}}”：$xref 的结果为空。是否想写“{{near}}”？',
  object_unknown: '没有映射读取或写入 {{name}} 的“{{object}}”：$xref 的结果为空。',
  object_misspelt: '没有映射读取或写入 {{name}} 的“{{object}}”：$xref 的结果为空。是否想写“{{near}}”？',
  quotes_curly: '{{name}} 被当作名称：文本必须用直引号，例如 "a"。',
  slip_operator: '这里不能写 {{written}}：请写 {{instead}}',
  slip_comma_missing: '{{token}} 之前缺少逗号。',
  slip_comma_more: '{{token}} 之前多了一个逗号。',
  slip_comment: '注释必须写在 /* 与 */ 之间。',
  slip_text_open: '从这里开始的文本没有结束：缺少右引号 {{quote}}。',
  argument_kind: '${{callee}} 的第 {{index}} 个参数必须是{{expected, kinds}}。',
  texts_added: '+ 只能用于数字，这里却是{{given, kinds}}：连接文本请用 &。',
  operand_kind: '{{operator}} 只能用于数字，这里却是{{given, kinds}}。',
  key_twice: '“{{name}}”出现了两次：两处都有值时映射会失败（D1009）。请删去一处。',
  entity_unknown: '统一模型中没有实体“{{name}}”。',
  entity_misspelt: '统一模型中没有实体“{{name}}”。是否想写“{{near}}”？',
  target_unknown: '{{path}} 没有字段“{{name}}”。',
  target_misspelt: '{{path}} 没有字段“{{name}}”。是否想写“{{near}}”？',
  target_missing: '{{path}} 必须有字段“{{name}}”。',
  target_null: '{{target}} 始终为 null。',
  target_empty: '{{target}} 始终没有值。',
  kind_wrong: '{{target}} 必须是{{expected, kinds}}，这里却是{{given, kinds}}。',
  kind_may_be_wrong: '{{target}} 必须是{{expected, kinds}}，这里可能是{{given, kinds}}。',
  kind_may_be_no_list:
    '{{target}} 必须是{{expected, kinds}}，这里可能是{{given, kinds}}：请用 [ … ] 括起来，使单个值也成为列表。',
  word_wrong: '{{target}} 可能是 {{given}}，但只允许：{{expected}}。',
}

/** 映射为何不能显示为表格，以及表格各行的问题：与 src/mapping/language/table-texts.ts 一一对应。 */
export const table: Readonly<Record<string, string>> = {
  not_an_object: '整体不是一个对象（对象之前可以有变量），因此没有可作为行的字段。',
  not_rows: '有的键不是普通文本、以 $ 开头或重复出现，或对象末尾有注释。',
  row_without_target: '请填写目标字段。',
  variable_name: '{{name}}：变量名的形式应为 $name。',
  variable_late: '{{name}}：变量必须放在字段之前。',
  target_twice: '{{name}} 出现了两次。',
  rows_apart: '{{name}}：同一对象的行必须放在一起。',
  comment_open: '{{name}}：注释必须写在 /* */ 之间。',
  source_no_path: '{{name}}：来源必须是路径，例如 address.city。',
  transformation_unreadable: '{{name}}：转换必须是函数名，参数只能是普通值。',
  expression_unreadable: '{{name}}：文本不是一个完整的表达式。',
}
