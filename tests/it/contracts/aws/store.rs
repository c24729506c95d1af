//! The store on DynamoDB.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use monban::{
    adapters::{
        aws::{Aws, AwsSettings},
        clock::OffsetClock,
        dynamo::DynamoStore,
    },
    ports::Clock,
};

use crate::contracts::store::{self, Fresh};

static TABLES: AtomicU64 = AtomicU64::new(0);

#[expect(clippy::disallowed_methods, reason = "tests are told so where the emulator is")]
async fn fresh() -> Option<Fresh> {
    std::env::var_os("MONBAN_TEST_AWS")?;
    let aws = Aws::load(AwsSettings::default()).await;
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    let name = format!("t-{}-{}", std::process::id(), TABLES.fetch_add(1, Ordering::SeqCst));
    let store = Arc::new(DynamoStore::new(&aws, name, clock));
    store.create_table().await.unwrap();
    Some(Fresh { store, keep: Box::new(()) })
}

store::suite!(dynamo, fresh().await);
