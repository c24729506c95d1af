//! The desk: what people ask for through the door is read, decided at the gate, and answered.
//!
//! The chat service waits 3 s. A click is taken at once and answered by itself; a command and a
//! form wait for their answer a little, and get it later if it takes longer. None of this goes
//! through the outbox: it is for one person, who is there now.

mod answer;
mod home;
mod look;
mod owner;
mod people;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::sync::{Semaphore, oneshot};

use self::people::Faces;
use super::Gate;
use crate::{
    decide::{self, Wish},
    domain::{Ack, Act, Ask, FormKind, InputId, Lang, Refusal, Surface, ViewId},
    ports::{Clock, People, PortResult, Store},
    render::{self, Page, Reader, Words},
};
pub use look::{Known, known_places};

/// How long a command or a form waits for its answer, in real time.
const PATIENCE: Duration = Duration::from_millis(1_200);
/// Acts worked on at once in a process; who comes beyond them is asked to come again.
const ABREAST: usize = 64;

/// Starts a task that may go on after its act was answered.
pub type Spawn = Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

/// What the desk works with.
pub struct DeskParts {
    /// The durable memory.
    pub store: Arc<dyn Store>,
    /// The chat service towards single people.
    pub people: Arc<dyn People>,
    /// The one clock.
    pub clock: Arc<dyn Clock>,
    /// The texts.
    pub words: Arc<Words>,
    /// The one door of decisions.
    pub gate: Arc<Gate>,
    /// Starts tasks.
    pub spawn: Spawn,
}

/// The desk.
pub struct Desk {
    parts: DeskParts,
    faces: Faces,
    room: Arc<Semaphore>,
    /// Forms that were opened for acts in work.
    open: Mutex<HashMap<InputId, ViewId>>,
}

/// What an act comes to.
enum Outcome {
    /// Said to the asker, in this language.
    Said(Page, Lang),
    /// A form opened, or one that is open was filled anew: nothing more to say.
    Shown,
    /// A field of a form must be mended; said by itself once the form is gone.
    Mend(BTreeMap<String, String>, Page, Lang),
}

impl Desk {
    /// A desk with these parts.
    pub fn new(parts: DeskParts) -> Self {
        let faces = Faces::default();
        let (room, open) = (Arc::new(Semaphore::new(ABREAST)), Mutex::default());
        Self { parts, faces, room, open }
    }

    /// Takes an act; what is answered at once comes back within two seconds.
    pub async fn take(self: Arc<Self>, ask: Ask) -> Ack {
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else {
            return self.busy(ask);
        };
        let (waits, submits) = match ask.act {
            Act::Command(_) => (true, false),
            Act::Submit { .. } => (true, true),
            Act::Press { .. } | Act::Home => (false, false),
        };
        let who = ask.who.clone();
        let (tell, told) = oneshot::channel();
        let desk = Arc::clone(&self);
        (self.parts.spawn)(Box::pin(async move {
            let outcome = desk.work(&ask).await;
            // Whoever waited has left: the answer follows by itself.
            if let Err(outcome) = tell.send(outcome) {
                desk.follow(&ask, outcome).await;
            }
            desk.with_open(|open| open.remove(&ask.id));
            drop(room);
        }));
        if !waits {
            drop(told);
            return Ack::Taken;
        }
        // Real time: it is the chat service that waits, whatever our clock says.
        match tokio::time::timeout(PATIENCE, told).await {
            Ok(Ok(Outcome::Said(page, lang))) if submits => {
                Ack::Next(Box::new(page.form(&self.parts.words, lang)))
            }
            Ok(Ok(Outcome::Said(page, _))) => Ack::Private(Box::new(page.message())),
            Ok(Ok(Outcome::Mend(fields, _, _))) => Ack::Mend(fields),
            // The form stays, and says that it is at work: what comes of it is put into it.
            Ok(Err(_)) | Err(_) if submits => {
                Ack::Next(Box::new(render::loading(&self.parts.words, &self.guess(&who))))
            }
            Ok(Ok(Outcome::Shown) | Err(_)) | Err(_) => Ack::Taken,
        }
    }

    /// Turns an act away, and says so wherever it was done.
    fn busy(self: Arc<Self>, ask: Ask) -> Ack {
        tracing::warn!(slack.team = %ask.team, "too many acts at once: one was turned away");
        let reader = self.guess(&ask.who);
        let page = render::refusal(&self.parts.words, &reader, &Refusal::Busy);
        match ask.act {
            Act::Command(_) => Ack::Private(Box::new(page.message())),
            Act::Submit { .. } => Ack::Next(Box::new(page.form(&self.parts.words, reader.lang))),
            Act::Press { .. } => {
                let desk = Arc::clone(&self);
                (self.parts.spawn)(Box::pin(async move {
                    desk.follow(&ask, said(&reader, page)).await;
                }));
                Ack::Taken
            }
            Act::Home => Ack::Taken,
        }
    }

    /// Reads, decides and makes the answer.
    async fn work(&self, ask: &Ask) -> Outcome {
        let wish = match &ask.act {
            Act::Command(words) => decide::command(words),
            Act::Press { action, value, .. } => decide::press(action, value),
            Act::Submit { form, about, fields, .. } => decide::submit(form, about, fields),
            Act::Home => Ok(Wish::Home),
        };
        // The right to open a form is gone after 3 s: it stands before anything is looked up.
        if let Ok(wish) = &wish
            && ends_in_form(ask, wish)
            && let Err(error) = self.opened(ask, &self.guess(&ask.who)).await
        {
            tracing::warn!(input.id = %ask.id, port.error = %error, "a form was not opened");
        }
        let reader = self.reader(ask).await;
        let answered = match wish {
            Ok(wish) => self.grant(ask, &reader, wish).await,
            Err(refusal) => Ok(self.refused(ask, &reader, &refusal)),
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(
                input.id = %ask.id, port.error = %error, "an act could not be answered"
            );
            self.refused(ask, &reader, &Refusal::Unavailable)
        })
    }

    /// A "no": beside the first field of a form, which stays, or by itself.
    fn refused(&self, ask: &Ask, reader: &Reader, refusal: &Refusal) -> Outcome {
        tracing::info!(
            input.id = %ask.id, slack.team = %ask.who.team, slack.user = %ask.who.user,
            refusal = refusal.as_str(), "an act was refused"
        );
        if let Act::Submit { form, .. } = &ask.act {
            let field = match form.as_str() {
                FormKind::OWNER => "company",
                _ => "assignee",
            };
            let why = render::refusal_text(&self.parts.words, reader, refusal);
            let fields = BTreeMap::from([(field.to_owned(), why)]);
            let page = render::refusal(&self.parts.words, reader, refusal);
            return Outcome::Mend(fields, page, reader.lang);
        }
        said(reader, render::refusal(&self.parts.words, reader, refusal))
    }

    /// Tells the asker what came of an act that was acknowledged already.
    async fn follow(&self, ask: &Ask, outcome: Outcome) {
        let (page, lang) = match outcome {
            Outcome::Said(page, lang) | Outcome::Mend(_, page, lang) => (page, lang),
            Outcome::Shown => return,
        };
        let told = self.tell(ask, page, lang).await;
        if let Err(error) = told {
            // Nobody can be told any more; whatever was decided stands, and the card shows it.
            tracing::warn!(input.id = %ask.id, port.error = %error, "an answer was not delivered");
        }
    }

    /// Where an answer goes: to the place of the act, or into a form where it has none.
    async fn tell(&self, ask: &Ask, page: Page, lang: Lang) -> PortResult<()> {
        let people = &self.parts.people;
        let known = self.with_open(|open| open.get(&ask.id).cloned());
        let stands = match &ask.act {
            Act::Press { on: Surface::Form(view), .. } | Act::Submit { view, .. } => {
                Some(view.clone())
            }
            Act::Press { .. } | Act::Command(_) | Act::Home => known,
        };
        if let Some(view) = stands {
            let form = page.form(&self.parts.words, lang);
            return people.refill(&ask.team, &view, &form).await;
        }
        if let Some(reply) = &ask.reply {
            return people.reply(reply, &page.message()).await;
        }
        if let Some(trigger) = &ask.trigger {
            let form = page.form(&self.parts.words, lang);
            return people.open(&ask.team, trigger, &form).await.map(|_| ());
        }
        match &ask.lane {
            Some(place) => people.whisper(place, &ask.who, &page.message()).await,
            None => Ok(()),
        }
    }

    /// Opens a form at once, since the right to do so is gone after 3 s, and gives it to fill.
    async fn opened(&self, ask: &Ask, reader: &Reader) -> PortResult<Option<ViewId>> {
        if let Act::Press { on: Surface::Form(view), .. } = &ask.act {
            return Ok(Some(view.clone()));
        }
        if let Some(view) = self.with_open(|open| open.get(&ask.id).cloned()) {
            return Ok(Some(view));
        }
        let Some(trigger) = &ask.trigger else { return Ok(None) };
        let form = render::loading(&self.parts.words, reader);
        let view = self.parts.people.open(&ask.team, trigger, &form).await?;
        self.with_open(|open| open.insert(ask.id.clone(), view.clone()));
        Ok(Some(view))
    }

    fn with_open<T>(&self, look: impl FnOnce(&mut HashMap<InputId, ViewId>) -> T) -> T {
        look(&mut self.open.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether the answer stands in a form that must be opened.
fn ends_in_form(ask: &Ask, wish: &Wish) -> bool {
    let Act::Press { on, .. } = &ask.act else { return false };
    match (wish, on) {
        (Wish::ChooseAssignee(_) | Wish::ChooseOwner(_), _) => true,
        // These show the home itself.
        (Wish::Lang(_) | Wish::Depth(_) | Wish::Home, _) => false,
        (_, Surface::Home) => true,
        (_, Surface::Message(_) | Surface::Form(_)) => false,
    }
}

fn said(reader: &Reader, page: Page) -> Outcome {
    Outcome::Said(page, reader.lang)
}
