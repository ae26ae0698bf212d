//! Devices by their names.

use models::device::{DeviceError, DeviceName};

#[test]
fn names_are_read_and_written_alike() {
    for name in ["cpu", "cuda:0", "cuda:11"] {
        assert_eq!(name.parse::<DeviceName>().unwrap().to_string(), name);
    }
    for name in ["", "gpu", "cuda", "cuda:", "cuda:x", "CPU"] {
        assert_eq!(name.parse::<DeviceName>(), Err(DeviceError::Unknown(name.to_owned())));
    }
}

#[test]
fn a_card_that_cannot_be_used_says_what_to_do() {
    let fault = "cuda:97".parse::<DeviceName>().unwrap().open().map(|_| ()).unwrap_err().to_string();
    assert!(fault.ends_with("or use `cpu`"), "{fault}");
    assert!(DeviceName::Cpu.open().is_ok());
}
