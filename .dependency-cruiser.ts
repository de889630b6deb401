import type { IConfiguration } from 'dependency-cruiser'

// Who may import whom: DESIGN.md section 10 as rules. tests/house/imports.test.ts runs them and proves that each can fail.
// A rule's `comment` is what to do instead. It needs the package `typescript` 5: without it nothing would be read.

const STAGE = '^src/(gateway|interpret|resolve|plan|deliver)/'

const rules = {
  forbidden: [
    {
      name: 'stages-are-apart',
      comment:
        'Stages hand over through rows of the database; src/app.ts wires them. Move what two of them need to store/ or model/.',
      severity: 'error',
      from: { path: STAGE },
      to: { path: STAGE, pathNot: '^src/$1/' },
    },
    {
      name: 'stages-know-only-what-is-below',
      comment: 'A stage gets faces and wiring passed in as values; it imports only the folders named here.',
      severity: 'error',
      from: { path: STAGE },
      to: {
        path: '^src/',
        pathNot: ['^src/(config|connector|mapping|model|observe|queue|rules|store)/', STAGE],
      },
    },
    {
      name: 'connectors-know-the-kit',
      comment:
        'A connector knows its protocol: it imports the kit (src/connector), the form of JSON, and npm packages.',
      severity: 'error',
      from: { path: '^connectors/([^/]+)/' },
      to: {
        path: '^(src|connectors|demo|tests|bench|simulation)/',
        // A generic API also takes webhooks, by the same settings as the connector made for them.
        pathNot: ['^connectors/$1/', '^src/connector/', '^src/model/(json|assert)\\.ts$', '^connectors/webhook/'],
      },
    },
    {
      name: 'connectors-are-found-by-listing',
      comment: 'src/connector/registry.ts lists the folders; naming a connector would make it special.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^connectors/' },
    },
    {
      name: 'src-stands-alone',
      comment: 'Tests, demo and benchmark use the product, not the other way round.',
      severity: 'error',
      // The command that starts the demo loads it only when asked for.
      from: { path: '^(src|connectors)/', pathNot: '^src/cli/start/demo\\.ts$' },
      to: { path: '^(tests|demo|bench|simulation|web)/' },
    },
    {
      name: 'web-knows-the-api',
      comment:
        'The console in the browser knows the hub by the types of openapi/patchbay.yaml alone, and is built without it.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|connectors|demo|tests|bench|simulation)/', pathNot: '^src/console/api\\.gen\\.ts$' },
    },
    {
      name: 'model-and-rules-are-pure',
      comment: 'They are functions of values: no database, network, files or clock. Pass in what they need.',
      severity: 'error',
      from: { path: '^src/(model|rules)/' },
      to: { path: '^src/', pathNot: '^src/(model|rules)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'model-and-rules-do-no-io',
      comment: 'Only the loaders read files, and only drafts of mappings get a thread.',
      severity: 'error',
      from: {
        path: '^src/(model|rules|mapping)/',
        pathNot: '^src/(rules/identity/policy|mapping/(library|files|drafts|draft-worker))\\.ts$',
      },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|http|https|tls|dns|child_process|worker_threads|process|timers|os)(/|$)',
      },
    },
    {
      name: 'mapping-is-a-language',
      comment: 'Mappings know values and the canonical model, nothing else of the hub.',
      severity: 'error',
      from: { path: '^src/mapping/' },
      to: { path: '^src/', pathNot: '^src/(mapping|model)/' },
    },
    {
      name: 'engine-stands-alone',
      comment: 'The JSONata engine could be a package of its own: the hub comes in as functions, variables and a host.',
      severity: 'error',
      from: { path: '^src/mapping/engine/' },
      to: { path: '^src/', pathNot: '^src/mapping/engine/' },
    },
    {
      name: 'foundations-know-no-stage',
      comment: 'What stages stand on must not know them, nor the faces above.',
      severity: 'error',
      from: { path: '^src/(config|connector|model|observe|queue|rules|store)/' },
      to: { path: ['^src/(app|cli|console|alerts)/', '^src/[^/]+\\.ts$', STAGE] },
    },
    {
      name: 'console-is-a-face',
      comment:
        'The console reads the database; what it lets people do comes in through src/console/actions/actions.ts.',
      severity: 'error',
      from: { path: '^src/console/' },
      to: { path: ['^src/(app|cli|queue)/', '^src/[^/]+\\.ts$', STAGE] },
    },
    {
      name: 'alerts-judge-by-rows',
      comment: 'Alerts read what the stages wrote, and are wired by src/app.ts; they call no stage and no face.',
      severity: 'error',
      from: { path: '^src/alerts/' },
      to: { path: ['^src/(app|cli|console|queue|resolve|mapping)/', '^src/[^/]+\\.ts$', STAGE] },
    },
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one file, or need a third below both. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that is not found is not checked.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^csv-parse/sync$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(connectors/_template|web/dist)/' },
    // Packages that have modules alone are found as `import` finds them.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
} satisfies IConfiguration

export default rules
