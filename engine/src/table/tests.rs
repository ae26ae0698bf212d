#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::*;
use arrow::datatypes::*;
use proptest::prelude::*;

use super::*;

/// Every kind of column: texts with and without repetition, numbers, nulls, lists, structs in lists.
fn rows(from: i64, count: i64) -> RecordBatch {
    let ids = from..from + count;
    let text = |id: &i64| (id % 7 != 0).then(|| format!("def solve_{id}():\n    return {}\n", id * id));
    let mut tags = ListBuilder::new(StringBuilder::new());
    let mut turns = ListBuilder::new(StructBuilder::from_fields(turn(), 0));
    for id in ids.clone() {
        (0..id % 3).for_each(|tag| tags.values().append_value(format!("tag-{tag}")));
        tags.append(id % 5 != 0);
        for number in 0..id % 2 {
            let turn = turns.values();
            turn.field_builder::<StringBuilder>(0).unwrap().append_value("user");
            turn.field_builder::<Int64Builder>(1).unwrap().append_option((number == 0).then_some(id));
            turn.append(true);
        }
        turns.append(true);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(ids.clone())),
        Arc::new(ids.clone().map(|id| text(&id)).collect::<StringArray>()),
        Arc::new(ids.clone().map(|id| Some(["easy", "hard"][usize::from(id % 2 == 0)])).collect::<StringArray>()),
        Arc::new(ids.clone().map(|id| (id % 4 != 0).then_some(id as f64 / 3.0)).collect::<Float64Array>()),
        Arc::new(ids.map(|id| Some(id % 3 == 0)).collect::<BooleanArray>()),
        Arc::new(tags.finish()),
        Arc::new(turns.finish()),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

fn turn() -> Fields {
    vec![Field::new("role", DataType::Utf8, true), Field::new("number", DataType::Int64, true)].into()
}

fn schema() -> SchemaRef {
    let list = |item| DataType::List(Arc::new(Field::new("item", item, true)));
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("text", DataType::Utf8, true),
        Field::new("level", DataType::Utf8, true),
        Field::new("score", DataType::Float64, true),
        Field::new("solved", DataType::Boolean, true),
        Field::new("tags", list(DataType::Utf8), true),
        Field::new("turns", list(DataType::Struct(turn())), true),
    ]))
}

fn read(folder: &Path, parts: usize, rows: u64) -> RecordBatch {
    let parts = (0..parts).map(|index| folder.join(part_name(index))).collect();
    Table::open(parts, rows).unwrap().read().unwrap()
}

fn one(name: &str, nullable: bool, column: ArrayRef) -> RecordBatch {
    let schema = Schema::new(vec![Field::new(name, column.data_type().clone(), nullable)]);
    RecordBatch::try_new(Arc::new(schema), vec![column]).unwrap()
}

fn promise(data_type: DataType, nullable: bool) -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("value", data_type, nullable)]))
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let rows = rows(0, 5000);
    let record = write_part(&folder.path().join(part_name(0)), &schema(), std::slice::from_ref(&rows)).unwrap();
    assert_eq!(read(folder.path(), 1, 5000), rows);
    let bytes = fs::read(folder.path().join(part_name(0))).unwrap();
    assert_eq!(record, PartRecord { rows: 5000, bytes: bytes.len() as u64, digest: Digest::of(&bytes) });
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_slice_goes_over_the_borders_of_parts() {
    let folder = tempfile::tempdir().unwrap();
    for part in 0..3 {
        write_part(&folder.path().join(part_name(part)), &schema(), &[rows(part as i64 * 10, 10)]).unwrap();
    }
    let parts = (0..3).map(|index| folder.path().join(part_name(index))).collect();
    let table = Table::open(parts, 30).unwrap();
    for (skipped, wanted, found) in [(0, 3, 3), (8, 14, 14), (10, 10, 10), (25, 9, 5), (30, 1, 0), (4, 0, 0)] {
        assert_eq!(table.slice(skipped, wanted).unwrap(), rows(skipped as i64, found), "{wanted} from {skipped} on");
    }
}

#[test]
fn metadata_of_the_producing_tool_is_no_part_of_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let plain = write_part(&folder.path().join("plain"), &schema(), &[rows(0, 10)]).unwrap();
    let labels = ["pandas", "huggingface", "origin"].map(|label| (label.to_owned(), "x".to_owned()));
    let labelled = Arc::new(schema().as_ref().clone().with_metadata(labels));
    let batch = rows(0, 10).with_schema(labelled.clone()).unwrap();
    assert_eq!(write_part(&folder.path().join("labelled"), &labelled, &[batch]).unwrap(), plain);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Cuts, and what lies around a slice or below a null, leave no trace in the bytes.
    #[test]
    fn bytes_depend_on_the_rows_alone(cuts in prop::collection::vec(0usize..3000, 0..8), before in 0i64..2000) {
        let folder = tempfile::tempdir().unwrap();
        let whole = write_part(&folder.path().join("whole"), &schema(), &[rows(2000, 3000)]).unwrap();
        let around = rows(2000 - before, 3000 + before + 10);
        let inside = around.slice(usize::try_from(before).unwrap(), 3000);
        let mut edges = cuts;
        edges.extend([0, 3000]);
        edges.sort_unstable();
        let pieces: Vec<_> = edges.windows(2).map(|edge| inside.slice(edge[0], edge[1] - edge[0])).collect();
        prop_assert_eq!(&write_part(&folder.path().join("cut"), &schema(), &pieces).unwrap(), &whole);
        let mut writer = TableWriter::new(folder.path(), &schema());
        for piece in &pieces {
            writer.write(piece).unwrap();
        }
        prop_assert_eq!(writer.finish().unwrap(), vec![whole]);
    }
}

#[test]
fn values_hidden_below_nulls_leave_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let hidden = StringArray::new(
        arrow::buffer::OffsetBuffer::new(vec![0, 1, 7, 8].into()),
        b"asecretb".to_vec().into(),
        Some(vec![true, false, true].into()),
    );
    let open = StringArray::from(vec![Some("a"), None, Some("b")]);
    let [hidden, open] = [hidden, open].map(|column| one("value", true, Arc::new(column)));
    assert_eq!(hidden, open);
    let schema = promise(DataType::Utf8, true);
    let [hidden, open] = [("hidden", hidden), ("open", open)]
        .map(|(name, batch)| write_part(&folder.path().join(name), &schema, &[batch]).unwrap());
    assert_eq!(hidden, open);
}

#[test]
fn parts_roll_at_a_number_of_rows_or_of_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let schema = promise(DataType::Int64, false);
    let mut writer = TableWriter::new(folder.path(), &schema);
    for start in (0..150_000).step_by(777) {
        let ids = Int64Array::from_iter_values(start..(start + 777).min(150_000));
        writer.write(&one("value", false, Arc::new(ids))).unwrap();
    }
    assert_eq!(writer.rows(), 150_000);
    let rows: Vec<u64> = writer.finish().unwrap().iter().map(|part| part.rows).collect();
    assert_eq!(rows, [65_536, 65_536, 18_928]);

    let folder = tempfile::tempdir().unwrap();
    let mut writer = TableWriter::new(folder.path(), &promise(DataType::Utf8, true)).starting_at(3);
    let long = "x".repeat(20 << 10);
    let texts: StringArray = std::iter::repeat_n(Some(long.as_str()), 6000).collect();
    writer.write(&one("value", true, Arc::new(texts))).unwrap();
    let rows: Vec<u64> = writer.finish().unwrap().iter().map(|part| part.rows).collect();
    assert_eq!(rows, [4096, 1904]);
    assert!(folder.path().join(part_name(3)).exists() && folder.path().join(part_name(4)).exists());
}

#[test]
fn a_table_without_rows_is_one_part_with_columns() {
    let folder = tempfile::tempdir().unwrap();
    let parts = TableWriter::new(folder.path(), &schema()).finish().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(read(folder.path(), 1, 0).schema(), schema());
}

#[test]
fn columns_are_fitted_where_nothing_is_lost() {
    let item = |data_type| Arc::new(Field::new("item", data_type, true));
    let cases: Vec<(ArrayRef, DataType, ArrayRef)> = vec![
        (Arc::new(Int32Array::from(vec![1, -2])), DataType::Int64, Arc::new(Int64Array::from(vec![1, -2]))),
        (Arc::new(UInt8Array::from(vec![255])), DataType::Int64, Arc::new(Int64Array::from(vec![255]))),
        (Arc::new(Int32Array::from(vec![7])), DataType::Float64, Arc::new(Float64Array::from(vec![7.0]))),
        (Arc::new(Float32Array::from(vec![0.5])), DataType::Float64, Arc::new(Float64Array::from(vec![0.5]))),
        (Arc::new(LargeStringArray::from(vec!["a"])), DataType::Utf8, Arc::new(StringArray::from(vec!["a"]))),
        (Arc::new(NullArray::new(2)), DataType::Utf8, Arc::new(StringArray::from(vec![None::<&str>, None]))),
        (
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None])),
            DataType::List(item(DataType::Int64)),
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), None]), None])),
        ),
        (
            Arc::new(StringArray::from(vec!["a", "b"]).iter().collect::<DictionaryArray<Int32Type>>()),
            DataType::Utf8,
            Arc::new(StringArray::from(vec!["a", "b"])),
        ),
        (
            Arc::new(StructArray::from(vec![(
                Arc::new(Field::new("role", DataType::Utf8, true)),
                Arc::new(StringArray::from(vec!["user"])) as ArrayRef,
            )])),
            DataType::Struct(turn()),
            Arc::new(StructArray::new(
                turn(),
                vec![Arc::new(StringArray::from(vec!["user"])), Arc::new(Int64Array::from(vec![None]))],
                None,
            )),
        ),
    ];
    for (given, wanted, expected) in cases {
        let name = format!("{} to {wanted}", given.data_type());
        let fitted = conform(&one("value", true, given), &promise(wanted, true));
        assert_eq!(fitted.unwrap().column(0), &expected, "{name}");
    }
}

#[test]
fn a_column_that_does_not_fit_is_named() {
    let numbers = |values: Vec<Option<i64>>| one("value", true, Arc::new(Int64Array::from(values)));
    let cases = [
        (numbers(vec![Some(1)]), promise(DataType::Int32, true), "column `value` is Int64 where Int32 is promised"),
        (numbers(vec![Some(1)]), promise(DataType::Utf8, true), "column `value` is Int64 where Utf8 is promised"),
        (numbers(vec![None]), promise(DataType::Int64, false), "column `value` has a null where none is promised"),
        (
            one("other", true, Arc::new(Int64Array::from(vec![1]))),
            promise(DataType::Int64, false),
            "column `value` is missing and may not be null; write it",
        ),
    ];
    for (batch, promised, message) in cases {
        let folder = tempfile::tempdir().unwrap();
        let error = TableWriter::new(folder.path(), &promised).write(&batch).unwrap_err();
        assert!(matches!(error, TableError::Schema(_)));
        assert_eq!(error.to_string(), message);
    }
    let absent = one("other", true, Arc::new(Int64Array::from(vec![1, 2])));
    let fitted = conform(&absent, &promise(DataType::Utf8, true)).unwrap();
    assert_eq!((fitted.num_rows(), fitted.column(0).null_count()), (2, 2));
}

#[test]
fn a_writer_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = TableWriter::new(folder.path(), &schema());
    writer.write(&rows(0, 3000)).unwrap();
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The row group is compressed before it reaches the disk, so only its end meets the full disk.
#[test]
fn a_full_disk_is_an_error_of_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.path().join("part.tmp")).unwrap();
    let error = write_part(&folder.path().join("part"), &schema(), &[rows(0, 3000)]).unwrap_err();
    assert!(matches!(error, TableError::Io { .. }), "{error:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
