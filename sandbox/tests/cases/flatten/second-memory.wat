(component
  (core module $m
    (memory (export "memory") 1)
    (global $stack (export "__stack_pointer") (mut i32) (i32.const 64))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "run") (result i32) i32.const 0 i32.load $other)
    (memory $other 1)
    (data (memory $other) (i32.const 0) "x"))
  (core instance $i (instantiate $m))
  (func $run (result string) (canon lift
    (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (export "run" (func $run)))
