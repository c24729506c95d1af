//! A small HTTP/1.1 client: one request a connection, plain TCP to this machine.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

/// No answer takes longer; a push of the sandbox's clock may take a while.
const PATIENCE: Duration = Duration::from_mins(2);

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// Sends a request and reads the whole answer.
pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw)?;
    answer(&raw).ok_or_else(|| {
        let text = String::from_utf8_lossy(&raw).into_owned();
        io::Error::new(io::ErrorKind::UnexpectedEof, format!("no whole answer: {text:?}"))
    })
}

/// Takes an answer apart; `None` if it is not whole.
fn answer(raw: &[u8]) -> Option<Answer> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&raw[..end]).ok()?.to_ascii_lowercase();
    let body = &raw[end + 4..];
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let whole = match length {
        Some(length) => length.trim().parse().ok() == Some(body.len()),
        None => !head.contains("transfer-encoding"),
    };
    whole.then(|| Answer { status, body: body.to_vec() })
}

#[test]
fn half_an_answer_is_none() {
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    assert_eq!(answer(whole).map(|one| (one.status, one.body)), Some((200, b"ok".to_vec())));
    for cut in [0, 10, 30, whole.len() - 1] {
        assert!(answer(&whole[..cut]).is_none(), "{cut}");
    }
}
