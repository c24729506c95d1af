//! What was done since the start, for `state` and for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// Counts since the process started.
        #[derive(Debug, Default)]
        pub struct Counters { $($(#[doc = $doc])* pub $name: Counter,)* }

        /// The counts at one moment.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        pub struct Counts { $($(#[doc = $doc])* pub $name: u64,)* }

        impl Counters {
            /// The counts now.
            pub fn read(&self) -> Counts {
                Counts { $($name: self.$name.get(),)* }
            }
        }

        impl Counts {
            /// Each count with its name and what it counts.
            pub fn each(&self) -> Vec<(&'static str, &'static str, u64)> {
                vec![$((stringify!($name), concat!($($doc),*).trim(), self.$name),)*]
            }
        }
    };
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one more.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts this many more.
    pub fn add_many(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    /// The count.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

counters! {
    /// Messages taken from the inbox and acknowledged.
    acked,
    /// Tries in vain to commit a message: the store refused it.
    refused,
    /// Findings that said nothing new.
    unchanged,
    /// Inputs that could not be read.
    unreadable,
    /// Inputs of no known kind.
    not_understood,
    /// Messages posted.
    posted,
    /// Cards updated.
    updated,
    /// Calls that Slack or the network put off.
    put_off,
    /// Posts whose answer never came.
    in_doubt,
    /// Posts in doubt that were found in the channel.
    adopted,
    /// Doubles found and deleted.
    doubles,
    /// Entries that died.
    dead,
}
