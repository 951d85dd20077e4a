import { vocabulary } from "../language.ts";

/** Programming: the words of developers; the snippets themselves come from `../code.ts`. */
export const CODE = [
  vocabulary(
    "en",
    "code/python",
    `a dataclass | asyncio tasks | a pandas frame | type hints | a pytest fixture | a FastAPI route | virtual environments | a generator | pickled models | a Celery worker | numpy strides | a context manager`,
    `flatten a nested dict | retry a failed request | mock the database | speed up a group-by | stream a large file | parse odd dates | avoid a circular import | cap memory | cancel a task cleanly | write a decorator`,
    `on Python 3.12 | inside a container | without extra packages | under load | in a notebook | for a cron job | with millions of rows`,
  ),
  vocabulary(
    "en",
    "code/typescript",
    `a discriminated union | a React effect | tsconfig paths | an Express handler | a web worker | Zod schemas | generics | a flaky test | an iterator helper | the event loop | a monorepo | server components`,
    `narrow this type | debounce an input | share types with the server | fix a hydration warning | page through results | test a hook | stream a response | tree-shake a bundle | validate the environment | cancel a fetch`,
    `in strict mode | with Vite | on Node 22 | in Safari | under Jest | for a library | behind a proxy`,
  ),
  vocabulary(
    "en",
    "code/go",
    `a goroutine leak | an interface | context deadlines | a mutex | table tests | a channel | struct tags | the race detector | a gRPC server | error wrapping | a worker pool | slices`,
    `shut down gracefully | fan out requests | decode unknown JSON | limit concurrency | profile allocations | embed files | write middleware | test time | stream rows | version an API`,
    `on arm64 | in a sidecar | without reflection | under heavy load | for a CLI | behind nginx | with Go 1.23`,
  ),
  vocabulary(
    "en",
    "code/rust",
    `a lifetime | the borrow checker | a trait object | serde | Tokio | an enum | a macro | unsafe blocks | an iterator chain | a Cow string | const generics | an arena`,
    `return a reference | share state | parse a header | avoid a clone | bench a loop | wrap a C library | handle errors | write a builder | cut compile times | test async code`,
    `in no_std | on wasm | for a parser | with stable only | in a hot loop | for embedded | across threads`,
  ),
  vocabulary(
    "en",
    "code/java",
    `a Spring bean | virtual threads | a record | Hibernate | a stream collector | Gradle | a memory leak | an optional | Kafka listeners | a sealed class | JUnit | a thread pool`,
    `page a query | map a DTO | find a deadlock | migrate to records | test a repository | tune the heap | secure an endpoint | batch inserts | log context | read a large CSV`,
    `on Java 21 | in a legacy app | with Maven | in Kubernetes | with two data sources | under load | without Lombok`,
  ),
  vocabulary(
    "en",
    "code/sql",
    `a window function | a slow join | an index | a materialised view | upserts | a recursive query | a deadlock | partitions | JSON columns | a foreign key | vacuum | a time series`,
    `deduplicate rows | rank within a group | pivot months | find gaps | speed up a count | audit changes | backfill a column | archive old rows | compare two tables | estimate size`,
    `on Postgres 16 | in BigQuery | with nulls | at two billion rows | without downtime | in a replica | per tenant`,
  ),
  vocabulary(
    "en",
    "code/shell",
    `a Dockerfile | a systemd unit | rsync | a bash trap | jq | a cron entry | ssh keys | a Terraform plan | log rotation | a Helm chart | iptables | a CI cache`,
    `rename many files | tail several hosts | roll back a release | find the largest folders | rotate a secret | wait for a port | template a config | diff two servers | clean old images | run steps in parallel`,
    `on Alpine | over a jump host | with set -e | in GitHub Actions | without root | on macOS | at three in the morning`,
  ),
  vocabulary(
    "en",
    "code/cpp",
    `a move constructor | a dangling reference | CMake | a template | RAII | std::variant | a data race | SIMD | a coroutine | undefined behaviour | an allocator | a header`,
    `avoid a copy | link statically | profile cache misses | write a ring buffer | parse binary data | make it exception safe | port to Windows | test with sanitizers | lock less | read a core dump`,
    `in C++20 | on a microcontroller | with clang | in a game loop | without Boost | across DLLs | for real time`,
  ),
];
