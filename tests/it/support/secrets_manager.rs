//! A pretend AWS Secrets Manager on this machine: it answers `GetSecretValue` and nothing else.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use serde_json::{Value, json};

/// Requests answered at most.
const REQUESTS: usize = 20;

/// Starts one that knows these secrets; it ends with the test process.
pub fn start(secrets: &'static [(&'static str, &'static str)]) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::Builder::new()
        .spawn(move || {
            for stream in listener.incoming().take(REQUESTS).map_while(Result::ok) {
                // A client that goes away is its own affair.
                let _ = answer(stream, secrets);
            }
        })
        .unwrap();
    address
}

fn answer(stream: TcpStream, secrets: &[(&str, &str)]) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
    let (mut length, mut target, mut line) = (0, String::new(), String::new());
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        } else if let Some(value) = lower.strip_prefix("x-amz-target:") {
            value.trim().clone_into(&mut target);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let known = secrets.iter().find(|(id, _)| asked["SecretId"] == *id);
    let (status, body) = match known {
        Some((id, text)) if target == "secretsmanager.getsecretvalue" => {
            let body =
                json!({ "ARN": "arn:x", "Name": id, "VersionId": "v", "SecretString": text });
            ("200 OK", body)
        }
        _ => ("400 Bad Request", json!({ "__type": "ResourceNotFoundException", "message": "no" })),
    };
    let body = body.to_string();
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}
