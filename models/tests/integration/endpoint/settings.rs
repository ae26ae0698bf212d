//! Settings that make no endpoint, and what they show.

use std::collections::BTreeMap;
use std::sync::Arc;

use models::endpoint::{Budget, Endpoint, EndpointError, Key, NoMemo, Price, Settings};
use serde_json::json;

fn refusal(settings: Settings) -> String {
    let fault: EndpointError = Endpoint::new(settings, Arc::new(NoMemo)).err().unwrap();
    fault.to_string()
}

#[test]
fn each_faulty_setting_is_named() {
    let good = || Settings::new("http://127.0.0.1:1/v1", "tiny");
    let extra = |name: &str, value| BTreeMap::from([(name.to_owned(), value)]);
    let price = |prompt| Some(Price { prompt, cached: None, completion: 1.0 });
    for (settings, says) in [
        (Settings { url: "127.0.0.1:1".to_owned(), ..good() }, "`url`"),
        (Settings { url: "ftp://127.0.0.1".to_owned(), ..good() }, "begins with `ftp:`"),
        (Settings { url: "http://me:secret@127.0.0.1".to_owned(), ..good() }, "name a key"),
        (Settings { proxy: Some("http://:1".to_owned()), ..good() }, "`proxy`"),
        (Settings { key: Some(Key::new("K", "se\ncret")), ..good() }, "the key in `K`"),
        (Settings { key: Some(Key::new("K", " ")), ..good() }, "the key in `K` is empty"),
        (Settings { extra: extra("stream", json!(true)), ..good() }, "may not set `stream`"),
        (Settings { extra: extra("seed", json!(1)), ..good() }, "may not set `seed`"),
        (Settings { slots: 0, ..good() }, "`slots` is 0"),
        (Settings { price: price(-1.0), ..good() }, "`price.prompt` is -1"),
        (Settings { budget: Some(Budget { limit: f64::NAN, spent: 0.0 }), ..good() }, "`budget` is NaN"),
    ] {
        let words = refusal(settings);
        assert!(words.contains(says) && !words.contains("secret"), "{words}");
    }
}

#[test]
fn an_endpoint_over_https_opens() {
    let settings = Settings { key: Some(Key::new("K", "x")), ..Settings::new("https://127.0.0.1:1/v1", "tiny") };
    match Endpoint::new(settings, Arc::new(NoMemo)) {
        Ok(_) | Err(EndpointError::Client(_)) => {}
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_key_does_not_show() {
    let settings = Settings { key: Some(Key::new("TINY_KEY", "sk-secret")), ..Settings::new("http://localhost", "m") };
    let shown = format!("{settings:?}");
    assert!(shown.contains("TINY_KEY") && !shown.contains("sk-secret"), "{shown}");
}
