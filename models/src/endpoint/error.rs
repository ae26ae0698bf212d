//! Why an endpoint cannot be opened. Owns the words; every fault is one of its settings.

/// Settings that make no endpoint.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The address is none.
    #[error("`url` is no address of an endpoint: {0}; write it as `http://127.0.0.1:8000/v1`")]
    Url(String),
    /// The proxy's address is none.
    #[error("`proxy` is no address of a proxy: {0}")]
    Proxy(String),
    /// The key cannot be sent.
    #[error("the key in `{0}` is empty, or has characters that no header can carry; set it again")]
    Key(String),
    /// A field of `extra` is the request's own.
    #[error("`extra` may not set `{0}`, which every request sets by itself")]
    Extra(String),
    /// A number is out of its range.
    #[error("`{field}` is {value}, but {reason}")]
    Number {
        /// The setting.
        field: &'static str,
        /// What it is.
        value: f64,
        /// What it must be.
        reason: &'static str,
    },
    /// The client for HTTP cannot be made.
    #[error(
        "failed to make a client for HTTPS: {0}; it trusts what the system trusts, so install the system's certificates \
         (`ca-certificates`)"
    )]
    Client(String),
}
