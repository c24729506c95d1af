//! A proxy between a client and a service that speaks JSON by `X-Amz-Target`: it remembers what
//! was asked, and does to the next requests of a kind what a test orders.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Response, StatusCode},
};
use futures::stream;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use super::http;

/// What happens to a request.
#[derive(Debug, Clone)]
pub enum Order {
    /// It never reaches the service; this is the answer.
    Answer(u16, Value),
    /// It is carried out, and its answer breaks off.
    Lose,
    /// It is carried out, and its answer comes this much later.
    Hold(Duration),
    /// It is passed on as it is.
    Pass,
}

/// A request as it was sent.
#[derive(Debug, Clone)]
pub struct Asked {
    pub target: String,
    pub body: Value,
}

/// The proxy; it ends with the test.
pub struct Wire {
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    service: SocketAddr,
    asked: Mutex<Vec<Asked>>,
    orders: Mutex<Vec<(String, Order)>>,
}

impl Wire {
    /// In front of the service at `url`.
    #[expect(clippy::disallowed_methods, reason = "ended with the proxy")]
    pub async fn before(url: &str) -> Self {
        let service = url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        let shared =
            Arc::new(Shared { service, asked: Mutex::default(), orders: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(pass)
            .layer(DefaultBodyLimit::max(4 << 20))
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self { url, shared, serving }
    }

    /// Orders for the next requests of this operation, such as `TransactWriteItems`.
    pub fn order(&self, operation: &str, orders: impl IntoIterator<Item = Order>) {
        let mut all = self.shared.orders.lock().unwrap();
        all.extend(orders.into_iter().map(|order| (operation.to_owned(), order)));
    }

    /// Takes back what was not carried out yet.
    pub fn mend(&self) {
        self.shared.orders.lock().unwrap().clear();
    }

    /// The requests of an operation so far.
    pub fn asked(&self, operation: &str) -> Vec<Value> {
        let asked = self.shared.asked.lock().unwrap();
        asked.iter().filter(|one| one.target == operation).map(|one| one.body.clone()).collect()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[expect(clippy::disallowed_methods, reason = "an answer that is held is held in real time")]
async fn pass(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let target = text("x-amz-target").unwrap_or_default().to_owned();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let asked = serde_json::from_slice(&body).unwrap_or_default();
    shared.asked.lock().unwrap().push(Asked { target: operation.clone(), body: asked });
    let order = {
        let mut orders = shared.orders.lock().unwrap();
        let at = orders.iter().position(|(of, _)| *of == operation);
        at.map_or(Order::Pass, |at| orders.remove(at).1)
    };
    if let Order::Answer(status, body) = &order {
        return answer(*status, body.to_string().into());
    }
    let sent: Vec<(String, String)> = ["x-amz-target", "content-type", "authorization"]
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), text(name)?.to_owned())))
        .collect();
    let service = shared.service;
    let got = tokio::task::spawn_blocking(move || {
        let headers: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        http::request(service, "POST", "/", &headers, &body)
    })
    .await
    .unwrap();
    match (got, order) {
        (Err(error), _) => answer(502, error.to_string().into()),
        (Ok(_), Order::Lose) => {
            let broken = stream::iter([
                Ok(Bytes::from_static(b"{")),
                Err(std::io::Error::other("the answer is lost")),
            ]);
            answer(200, Body::from_stream(broken))
        }
        (Ok(got), Order::Hold(long)) => {
            tokio::time::sleep(long).await;
            answer(got.status, got.body.into())
        }
        (Ok(got), Order::Pass | Order::Answer(..)) => answer(got.status, got.body.into()),
    }
}

fn answer(status: u16, body: Body) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap();
    Response::builder()
        .status(status)
        .header("content-type", "application/x-amz-json-1.0")
        .body(body)
        .unwrap()
}
