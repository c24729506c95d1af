//! One connection of Socket Mode, from its greeting to its end.

use std::{io, sync::Arc, time::Duration};

use futures::{
    SinkExt as _, StreamExt as _,
    future::{BoxFuture, FutureExt as _},
    stream::FuturesUnordered,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{Bytes, Error, Message, protocol::WebSocketConfig},
};

use super::{
    House, Standing,
    envelope::{self, Envelope, Frame, Reason},
};
use crate::{
    domain::Ack,
    door::{
        answer::{self, Kind},
        slack::payload::Heard,
        work::Untaken,
    },
};

/// The most bytes a frame may have, as over HTTP.
const BYTES: usize = 1024 * 1024;
/// A frame is sent within this time, or the connection is broken.
const SEND: Duration = Duration::from_secs(5);
/// How long a closing connection waits for answers under way; each ends within 2.5 s.
const ANSWERS: Duration = Duration::from_secs(3);

/// How a connection came to its end, in one sentence without secrets.
pub(super) type Broken = String;

/// What the owner of a connection must do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Slack will close it soon: open another, then leave this one.
    Asked,
    /// It is gone.
    Broken(Broken),
    /// The process was asked to stop, and the connection is closed.
    Stopped,
}

/// An act whose answer is waited for.
struct Late {
    envelope: String,
    kind: Kind,
    may_answer: bool,
    ack: Ack,
}

/// A connection that has greeted.
pub(super) struct Session {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    late: FuturesUnordered<BoxFuture<'static, Late>>,
    /// Slack said already that it will close it.
    asked: bool,
    _counted: Counted,
}

/// Counts an open connection.
struct Counted(Arc<Standing>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.less();
    }
}

impl Session {
    /// Asks where to connect, connects and waits for the greeting.
    pub(super) async fn open(house: &House) -> Result<Self, Broken> {
        let url = (house.parts.open)().await?;
        let config =
            WebSocketConfig::default().max_message_size(Some(BYTES)).max_frame_size(Some(BYTES));
        let connector = Connector::Rustls(Arc::clone(&house.parts.tls));
        let opened = async {
            let opened = connect_async_tls_with_config(url, Some(config), true, Some(connector));
            let (mut stream, _) = opened.await.map_err(|error| plainly(&error))?;
            loop {
                return match stream.next().await {
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Text(text)))
                        if matches!(envelope::read(text.as_bytes()), Frame::Hello) =>
                    {
                        Ok(stream)
                    }
                    Some(Ok(_)) => Err("it did not greet".to_owned()),
                    Some(Err(error)) => Err(plainly(&error)),
                    None => Err("it was closed before it greeted".to_owned()),
                };
            }
        };
        let opened = timeout(house.timing.open, opened).await;
        let stream = opened.unwrap_or_else(|_| Err("it did not open in time".to_owned()))?;
        let standing = Arc::clone(&house.parts.standing);
        standing.more();
        let late = FuturesUnordered::new();
        Ok(Self { stream, late, asked: false, _counted: Counted(standing) })
    }

    /// Works on what comes until something ends that.
    pub(super) async fn run(&mut self, house: &House) -> End {
        let mut asked_for_life = false;
        loop {
            let step = tokio::select! {
                biased;
                () = house.parts.stop.wait() => {
                    self.close().await;
                    return End::Stopped;
                }
                Some(late) = self.late.next() => self.answer(late).await,
                frame = timeout(house.timing.quiet, self.stream.next()) => match frame {
                    Ok(frame) => {
                        asked_for_life = false;
                        self.frame(house, frame).await
                    }
                    // A connection whose other end is gone looks quiet for ever.
                    Err(_) if asked_for_life => Err("nothing came for a minute".to_owned()),
                    Err(_) => {
                        asked_for_life = true;
                        self.send(Message::Ping(Bytes::new())).await
                    }
                },
            };
            match step {
                Ok(()) if self.asked => return End::Asked,
                Ok(()) => {}
                Err(why) => return End::Broken(why),
            }
        }
    }

    /// Goes on for a while with a connection that Slack will close, so that nothing falls between
    /// two, and closes it then.
    pub(super) async fn leave(mut self, house: &House) {
        let until_closed = async {
            loop {
                // Each further word makes it return.
                if self.run(house).await != End::Asked {
                    return true;
                }
            }
        };
        if timeout(house.timing.leave, until_closed).await.is_err() {
            self.close().await;
        }
    }

    async fn frame(
        &mut self,
        house: &House,
        frame: Option<Result<Message, Error>>,
    ) -> Result<(), Broken> {
        let bytes = match frame {
            Some(Ok(Message::Text(text))) => text.into(),
            Some(Ok(Message::Binary(bytes))) => bytes,
            // The library answers pings by itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(()),
            Some(Ok(Message::Close(_))) | None => return Err("Slack closed it".to_owned()),
            Some(Err(error)) => return Err(plainly(&error)),
        };
        match envelope::read(&bytes) {
            Frame::Hello => Ok(()),
            Frame::Disconnect(Reason::Soon) => {
                self.asked = true;
                Ok(())
            }
            Frame::Disconnect(Reason::TurnedOff) => {
                tracing::error!("Socket Mode is turned off in the Slack app's settings");
                Err("Socket Mode is turned off".to_owned())
            }
            Frame::Envelope(envelope) => self.envelope(house, envelope).await,
            Frame::Garbage => {
                house.parts.work.tally.refuse("strange");
                tracing::error!("Slack sent a frame that can't be read; it was dropped");
                Ok(())
            }
        }
    }

    async fn envelope(&mut self, house: &House, envelope: Envelope) -> Result<(), Broken> {
        let Envelope { id, heard, may_answer } = envelope;
        let work = &house.parts.work;
        match heard {
            Ok(Heard::Ask(ask)) => {
                let kind = Kind::of(&ask.act);
                let now = (house.parts.now)();
                let answer = match work.begin(&house.parts.speaker, *ask, now) {
                    Ok(answer) => answer,
                    // Without an acknowledgement Slack tells the person that it failed.
                    Err(Untaken::Now) => return Ok(()),
                    // Slack would bring it again, in vain.
                    Err(Untaken::Foreign) => return self.ack(&id, None).await,
                };
                match kind {
                    Kind::Mute(_) => return self.ack(&id, None).await,
                    Kind::Command | Kind::Form => {}
                }
                let late = async move {
                    Late { envelope: id, kind, may_answer, ack: answer.in_time().await }
                };
                self.late.push(late.boxed());
                Ok(())
            }
            Ok(Heard::Nothing | Heard::Challenge(_)) => self.ack(&id, None).await,
            Err(strange) => {
                work.tally.refuse("strange");
                tracing::error!(
                    "what Slack sent is not understood, so what a person did is lost: {strange}"
                );
                self.ack(&id, None).await
            }
        }
    }

    async fn answer(&mut self, late: Late) -> Result<(), Broken> {
        let payload = answer::payload(late.kind, late.ack);
        if payload.is_some() && !late.may_answer {
            tracing::error!("Slack takes no answer to this act: it was dropped");
        }
        self.ack(&late.envelope, payload.filter(|_| late.may_answer).as_ref()).await
    }

    async fn ack(&mut self, id: &str, payload: Option<&serde_json::Value>) -> Result<(), Broken> {
        self.send(Message::text(envelope::ack(id, payload))).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Broken> {
        match timeout(SEND, self.stream.send(message)).await {
            Ok(sent) => sent.map_err(|error| plainly(&error)),
            Err(_) => Err("a frame could not be sent in time".to_owned()),
        }
    }

    /// Sends the answers that are under way, takes nothing more, and closes.
    async fn close(&mut self) {
        let answers = async {
            while let Some(late) = self.late.next().await {
                if self.answer(late).await.is_err() {
                    return;
                }
            }
        };
        let _ = timeout(ANSWERS, answers).await;
        let _ = timeout(SEND, self.stream.close(None)).await;
    }
}

/// What failed, without the library's own words: they may hold the URL, which is a secret.
fn plainly(error: &Error) -> Broken {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => "it is closed".to_owned(),
        Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            format!("TLS failed: {error}")
        }
        Error::Io(error) => format!("the connection failed: {}", error.kind()),
        Error::Tls(_) => "TLS failed".to_owned(),
        Error::Capacity(_) => "a frame is too large".to_owned(),
        Error::Protocol(error) => format!("it broke the protocol: {error}"),
        Error::Http(response) => format!("it was refused with HTTP {}", response.status()),
        _ => "no WebSocket could be opened".to_owned(),
    }
}
