;; Two libraries over one memory, table and stack pointer, as a linker of shared libraries lays them out: calls between
;; them and to the host go through trampolines, addresses through globals that a loader has filled in.
(component
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" u32)))))
  (import "acme:radio/tuner" (instance $radio (export "tune" (func (param "station" u32)))))

  (core module $environment
    (type $unary (func (param i32) (result i32)))
    (memory (export "memory") 1)
    (table $table (export "table") 6 funcref)
    (global (export "__stack_pointer") (mut i32) (i32.const 1024))
    (global (export "first:memory_base") i32 (i32.const 8192))
    (global (export "first:table_base") i32 (i32.const 3))
    ;; The loader wrote this before the snapshot; nobody does afterwards.
    (global (export "first:limit") (mut i32) (i32.const 4096))
    (func (export "twice") (param i32) (result i32)
      local.get 0
      i32.const 1
      call_indirect $table (type $unary))
    (data (i32.const 100) "snap")
    (data (i32.const 104) "shot"))

  (core module $trampolines
    (type $status (func (param i32)))
    (table $host (export "$imports") 2 funcref)
    (func (export "0") (param i32) local.get 0 i32.const 0 call_indirect $host (type $status))
    (func (export "1") (param i32) local.get 0 i32.const 1 call_indirect $host (type $status)))

  (core module $first
    (import "env" "memory" (memory 0))
    (import "env" "table" (table 0 funcref))
    (import "env" "__memory_base" (global $base i32))
    (import "env" "__table_base" (global $places i32))
    (import "GOT.mem" "limit" (global $limit (mut i32)))
    (import "env" "__stack_pointer" (global $stack (mut i32)))
    (import "env" "twice" (func $twice (param i32) (result i32)))
    (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
    (import "acme:radio/tuner" "tune" (func $tune (param i32)))
    (func (export "run") (param i32) (result i32)
      global.get $stack
      i32.const 16
      i32.sub
      global.set $stack
      global.get $limit
      call $tune
      local.get 0
      call $exit
      global.get $base
      i32.load offset=8
      call $twice
      global.get $places
      call_indirect (type $plain))
    (type $plain (func))
    (func (export "cabi_post_run") (param i32))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "unused") call $indirect)
    (func $indirect)
    (elem (global.get $places) func $indirect)
    (data (offset (i32.add (global.get $base) (i32.const 4))) "data"))

  (core module $second
    (func (export "twice") (param i32) (result i32) local.get 0 local.get 0 i32.add))

  (core module $loader
    (import "env" "table" (table 0 funcref))
    (import "env" "limit" (global $limit (mut i32)))
    (import "second" "twice" (func $twice (param i32) (result i32)))
    (func (export "load") i32.const 4096 global.set $limit)
    (elem (i32.const 1) func $twice))

  (core module $filler
    (import "" "$imports" (table 0 funcref))
    (import "" "0" (func $exit (param i32)))
    (import "" "1" (func $tune (param i32)))
    (elem (i32.const 0) func $exit $tune))

  (core instance $environment (instantiate $environment))
  (core instance $trampolines (instantiate $trampolines))
  (core instance $env
    (export "memory" (memory $environment "memory"))
    (export "table" (table $environment "table"))
    (export "__memory_base" (global $environment "first:memory_base"))
    (export "__table_base" (global $environment "first:table_base"))
    (export "__stack_pointer" (global $environment "__stack_pointer"))
    (export "limit" (global $environment "first:limit"))
    (export "twice" (func $environment "twice")))
  (core instance $got (export "limit" (global $environment "first:limit")))
  (core instance $exits (export "exit" (func $trampolines "0")))
  (core instance $tuners (export "tune" (func $trampolines "1")))
  (core instance $first (instantiate $first
    (with "env" (instance $env))
    (with "GOT.mem" (instance $got))
    (with "wasi:cli/exit@0.2.0" (instance $exits))
    (with "acme:radio/tuner" (instance $tuners))))
  (core instance $second (instantiate $second))
  (core instance $loader (instantiate $loader
    (with "env" (instance $env))
    (with "second" (instance $second))))
  (core func $exit (canon lower (func $exit "exit")))
  (core func $tune (canon lower (func $radio "tune")))
  (core instance $host
    (export "$imports" (table $trampolines "$imports"))
    (export "0" (func $exit))
    (export "1" (func $tune)))
  (core instance (instantiate $filler (with "" (instance $host))))
  (func $run (param "program" u32) (result string) (canon lift
    (core func $first "run")
    (memory (core memory $environment "memory"))
    (realloc (core func $first "realloc"))
    (post-return (core func $first "cabi_post_run"))))
  (export "run" (func $run)))
