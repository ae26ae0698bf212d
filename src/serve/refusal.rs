//! What a client is told in place of an answer.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use models::generate::GenerateError;
use serde_json::json;

/// A request without an answer.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    /// What was asked cannot be done.
    pub fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    /// Another model was asked for.
    pub fn no_model(wanted: &str, served: &str) -> Self {
        let message = format!("the model `{wanted}` is not here; this server has `{served}`");
        Self { status: StatusCode::NOT_FOUND, message }
    }

    /// The object that tells it.
    pub fn json(&self) -> serde_json::Value {
        let kind = if self.status.is_client_error() { "invalid_request_error" } else { "server_error" };
        json!({"error": {"message": self.message, "type": kind, "code": self.status.as_u16()}})
    }
}

impl From<GenerateError> for Refusal {
    fn from(error: GenerateError) -> Self {
        let status = match error {
            GenerateError::Request(_) | GenerateError::Template(_) | GenerateError::Tokenizer(_) => {
                StatusCode::BAD_REQUEST
            }
            GenerateError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            GenerateError::Fatal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, message: error.to_string() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, [(header::CONTENT_TYPE, "application/json")], self.json().to_string()).into_response()
    }
}
