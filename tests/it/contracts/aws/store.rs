//! The store on DynamoDB.

use std::{sync::Arc, time::Duration};

use monban::{
    adapters::{aws::Aws, clock::OffsetClock, dynamo::DynamoStore},
    ports::Clock,
};

use crate::{
    aws::emulator::{Emulator, unique},
    contracts::store::{self, Fresh},
};

async fn fresh() -> Option<Fresh> {
    let aws = Aws::load(Emulator::find()?.settings()).await;
    let clock: Arc<dyn Clock> = Arc::new(OffsetClock::new(Duration::ZERO));
    let store = Arc::new(DynamoStore::new(&aws, unique("store"), clock));
    store.create_table().await.unwrap();
    Some(Fresh { store, keep: Box::new(()) })
}

store::suite!(dynamo, fresh().await);
