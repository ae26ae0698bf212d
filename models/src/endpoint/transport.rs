//! One request over HTTP. Owns the connection: addresses, the key's header, limits of time and size. Sends nothing
//! twice.

use std::error::Error;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Response, Url};

use super::failure::Failure;
use super::refusal::Refusal;
use super::{EndpointError, Key, Settings, retry_after};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(15);

/// How long an idle connection is kept; the servers in Python close theirs after 5 seconds.
const IDLE: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub(super) struct Transport {
    client: Client,
    url: Url,
    key: Option<Key>,
    largest: usize,
}

impl Transport {
    pub(super) fn new(settings: &Settings) -> Result<Self, EndpointError> {
        let url = address(&settings.url)?;
        let mut headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ACCEPT, HeaderValue::from_static("application/json")),
        ]);
        if let Some(key) = &settings.key {
            headers.insert(AUTHORIZATION, key.header()?);
        }
        // Fails where the process has chosen one before, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .default_headers(headers)
            .user_agent(concat!("millrace/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT.min(settings.timeout))
            .timeout(settings.timeout)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(settings.slots);
        if let Some(proxy) = &settings.proxy {
            let proxy = Proxy::all(proxy).map_err(|fault| EndpointError::Proxy(chain(&fault.without_url())))?;
            client = client.proxy(proxy);
        }
        if url.scheme() == "http" {
            // What the system trusts is then of no use, and a small container may have nothing that it trusts.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|fault| EndpointError::Client(chain(&fault)))?;
        Ok(Self { client, url, key: settings.key.clone(), largest: settings.largest_answer })
    }

    /// Sends a body to a part of the interface; gives the answer's.
    pub(super) async fn post(&self, path: [&str; 2], body: Bytes) -> Result<Bytes, Failure> {
        let mut url = self.url.clone();
        url.path_segments_mut()
            .expect("an http address has a path")
            .extend(path.iter().filter(|part| !part.is_empty()));
        let response = self.client.post(url).body(body).send().await.map_err(|fault| self.lost(fault))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.receive(response).await?;
        if status.is_success() {
            return Ok(body);
        }
        let after = retry_after::read(&headers, SystemTime::now());
        Err(Refusal { status, headers: &headers, body: &body, after }.failure(self.key.as_ref()))
    }

    /// An excerpt of an answer, for a person.
    pub(super) fn excerpt(&self, body: &[u8]) -> String {
        super::words::of(body, self.key.as_ref())
    }

    async fn receive(&self, mut response: Response) -> Result<Bytes, Failure> {
        let mut body = BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(|fault| self.lost(fault))? {
            if body.len() + piece.len() > self.largest {
                return Err(Failure::broken(format!("an answer of more than {} bytes", self.largest)));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }

    /// A request that ended without an answer. Addresses may carry secrets and are left out.
    fn lost(&self, fault: reqwest::Error) -> Failure {
        let words = if fault.is_timeout() && fault.is_connect() {
            "no connection in time".to_owned()
        } else if fault.is_timeout() {
            "no answer in time (`timeout`)".to_owned()
        } else {
            chain(&fault.without_url())
        };
        Failure::broken(super::words::excerpt(&words, self.key.as_ref()))
    }
}

/// The address without an end that a part of the interface could not follow.
fn address(text: &str) -> Result<Url, EndpointError> {
    let mut url = Url::parse(text).map_err(|fault| EndpointError::Url(fault.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(EndpointError::Url(format!("it begins with `{}:`, not with http or https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::Url("it carries a user name or a password, name a key in its place".to_owned()));
    }
    url.path_segments_mut().expect("an http address has a path").pop_if_empty();
    Ok(url)
}

/// A fault and what is behind it.
fn chain(fault: &dyn Error) -> String {
    let mut text = fault.to_string();
    let mut behind = fault.source();
    while let Some(fault) = behind {
        text.push_str(": ");
        text.push_str(&fault.to_string());
        behind = fault.source();
    }
    text
}
