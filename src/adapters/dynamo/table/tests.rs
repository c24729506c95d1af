use aws_sdk_dynamodb::types::{GlobalSecondaryIndexDescription, IndexStatus, TableDescription};

use super::{definition, ready};

#[test]
fn an_index_that_is_being_made_is_not_ready() {
    let table = |status| {
        let index = GlobalSecondaryIndexDescription::builder().index_name("shelf");
        let index = index.index_status(status).build();
        TableDescription::builder().global_secondary_indexes(index).build()
    };
    assert!(!ready(&table(IndexStatus::Creating), "shelf"));
    assert!(ready(&table(IndexStatus::Active), "shelf"));
    assert!(!ready(&table(IndexStatus::Active), "other"));
}

#[test]
fn the_definition_can_be_read() {
    let definition = definition().unwrap();
    assert_eq!(definition.billing_mode, "PAY_PER_REQUEST");
    assert_eq!(definition.attribute_definitions.len(), 6);
    let ttl = &definition.time_to_live_specification;
    assert!(ttl.enabled && ttl.attribute_name == "ttl");
    for index in &definition.local_secondary_indexes {
        assert_eq!(index.key_schema[0].attribute_name, "pk", "a local index");
        assert_eq!(index.key_schema[1].attribute_name, index.name);
    }
}
