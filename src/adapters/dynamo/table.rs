//! The table's definition, which stands once, in `deploy/table.json`: the table is made from it
//! here, in tests and by the deployment's template, and the one that is found is held against it.

use aws_sdk_dynamodb::{
    operation::{create_table::CreateTableError, describe_table::DescribeTableError},
    types::{
        AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
        GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, IndexStatus, KeySchemaElement,
        KeyType, LocalSecondaryIndex, Projection, ProjectionType, ScalarAttributeType,
        TableDescription, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
    },
};
use serde::Deserialize;

use super::{DynamoStore, client::pause};

const DEFINITION: &str = include_str!("../../../deploy/table.json");
/// How often it is looked whether the table stands, half a second apart: about half an hour, since
/// a new index over a large table takes its time.
const LOOKS: u32 = 3600;
/// After so many looks, about 30 seconds, who waits at a terminal hears that it goes on.
const TOLD_EVERY: u32 = 60;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Definition {
    billing_mode: String,
    attribute_definitions: Vec<Attribute>,
    key_schema: Vec<KeyPart>,
    local_secondary_indexes: Vec<Index>,
    global_secondary_indexes: Vec<Index>,
    time_to_live_specification: TimeToLive,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Attribute {
    attribute_name: String,
    attribute_type: String,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct KeyPart {
    attribute_name: String,
    key_type: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Index {
    #[serde(rename = "IndexName")]
    name: String,
    key_schema: Vec<KeyPart>,
    projection: Projected,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Projected {
    projection_type: String,
    #[serde(default)]
    non_key_attributes: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct TimeToLive {
    attribute_name: String,
    enabled: bool,
}

fn definition() -> Result<Definition, String> {
    serde_json::from_str(DEFINITION).map_err(|error| format!("deploy/table.json: {error}"))
}

fn parts(schema: &[KeyPart]) -> Result<Vec<KeySchemaElement>, String> {
    let part = |part: &KeyPart| {
        KeySchemaElement::builder()
            .attribute_name(&part.attribute_name)
            .key_type(KeyType::from(part.key_type.as_str()))
            .build()
            .map_err(|error| error.to_string())
    };
    schema.iter().map(part).collect()
}

impl DynamoStore {
    /// Creates the table unless there is one, and waits until it stands.
    ///
    /// # Errors
    /// Says what AWS refused, or in what a table that is there differs.
    pub async fn create_table(&self) -> Result<(), String> {
        let wanted = definition()?;
        let mut create = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::from(wanted.billing_mode.as_str()))
            .set_key_schema(Some(parts(&wanted.key_schema)?));
        create = create.set_attribute_definitions(Some(attributes(&wanted)?));
        for index in &wanted.local_secondary_indexes {
            let built = LocalSecondaryIndex::builder()
                .index_name(&index.name)
                .set_key_schema(Some(parts(&index.key_schema)?))
                .projection(projection(index));
            create =
                create.local_secondary_indexes(built.build().map_err(|error| error.to_string())?);
        }
        for index in &wanted.global_secondary_indexes {
            let built = GlobalSecondaryIndex::builder()
                .index_name(&index.name)
                .set_key_schema(Some(parts(&index.key_schema)?))
                .projection(projection(index));
            create =
                create.global_secondary_indexes(built.build().map_err(|error| error.to_string())?);
        }
        if let Err(error) = create.send().await
            && !matches!(
                error.as_service_error(),
                Some(CreateTableError::ResourceInUseException(_))
            )
        {
            return Err(self.refused("create", &error));
        }
        self.stands().await?;
        self.add_indexes(&wanted).await?;
        self.live_by(&wanted.time_to_live_specification).await?;
        self.check_table().await
    }

    /// Holds the table that is there against the definition.
    ///
    /// # Errors
    /// Says in what it differs, or that there is none.
    pub async fn check_table(&self) -> Result<(), String> {
        let wanted = definition()?;
        let table = &self.table;
        let found = self.describe().await?;
        let found = found
            .ok_or_else(|| format!("there is no table {table}: `monban store init` creates it"))?;
        if found.table_status() != Some(&TableStatus::Active)
            && found.table_status() != Some(&TableStatus::Updating)
        {
            return Err(format!("table {table} is not active"));
        }
        if keys(found.key_schema()) != wanted.key_schema {
            return Err(format!("table {table} has other keys than pk and sk: it is not ours"));
        }
        for attribute in &wanted.attribute_definitions {
            let (name, kind) = (&attribute.attribute_name, attribute.attribute_type.as_str());
            // One that is not there belongs to an index that is not there: see below.
            let other = found
                .attribute_definitions()
                .iter()
                .any(|one| one.attribute_name() == name && one.attribute_type().as_str() != kind);
            if other {
                return Err(format!("in table {table} the attribute {name} is not of type {kind}"));
            }
        }
        for index in &wanted.local_secondary_indexes {
            let same = found.local_secondary_indexes().iter().any(|one| {
                one.index_name() == Some(index.name.as_str())
                    && keys(one.key_schema()) == index.key_schema
                    && one.projection().and_then(Projection::projection_type)
                        == Some(&ProjectionType::from(index.projection.projection_type.as_str()))
            });
            if !same {
                let name = &index.name;
                return Err(format!(
                    "table {table} lacks the local index {name}, which can't be added later: \
                     create the table anew"
                ));
            }
        }
        for index in &wanted.global_secondary_indexes {
            if !has(&found, index) {
                let name = &index.name;
                return Err(format!(
                    "table {table} lacks the index {name}: `monban store init` adds it"
                ));
            }
            if !ready(&found, &index.name) {
                let name = &index.name;
                return Err(format!(
                    "the index {name} of table {table} is not active yet: run `monban store init`, \
                     which waits for it and fills it"
                ));
            }
        }
        self.check_time_to_live(&wanted.time_to_live_specification).await
    }

    /// Global indexes, unlike local ones, can be added to a table that is there; what stood in it
    /// before is put into them.
    async fn add_indexes(&self, wanted: &Definition) -> Result<(), String> {
        let found = self.describe().await?.ok_or("the table is gone")?;
        for index in &wanted.global_secondary_indexes {
            if has(&found, index) {
                continue;
            }
            let built = CreateGlobalSecondaryIndexAction::builder()
                .index_name(&index.name)
                .set_key_schema(Some(parts(&index.key_schema)?))
                .projection(projection(index));
            let built = built.build().map_err(|error| error.to_string())?;
            let mut update = self.client.update_table().table_name(&self.table);
            for attribute in attributes(wanted)? {
                let named = |part: &KeyPart| part.attribute_name == attribute.attribute_name();
                if index.key_schema.iter().any(named) {
                    update = update.attribute_definitions(attribute);
                }
            }
            let update = update.global_secondary_index_updates(
                GlobalSecondaryIndexUpdate::builder().create(built).build(),
            );
            update.send().await.map_err(|error| self.refused("add an index to", &error))?;
            self.stands().await?;
        }
        let count = self.shelve_all().await.map_err(|error| error.to_string())?;
        if count > 0 {
            tracing::info!(alerts = count, "open alerts of an earlier build were listed");
        }
        Ok(())
    }

    /// Without it the table grows for ever, and nothing says so.
    async fn check_time_to_live(&self, wanted: &TimeToLive) -> Result<(), String> {
        let (table, attribute) = (&self.table, &wanted.attribute_name);
        match self.lives_by(attribute).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(format!(
                "table {table} has no time to live by `{attribute}`: `monban store init` sets it"
            )),
            // The right to look is no condition for running.
            Err(detail) => {
                tracing::warn!(detail, "the table's time to live can't be checked");
                Ok(())
            }
        }
    }

    async fn lives_by(&self, attribute: &str) -> Result<bool, String> {
        let described = self.client.describe_time_to_live().table_name(&self.table).send().await;
        let described =
            described.map_err(|error| self.refused("describe the time to live of", &error))?;
        Ok(described.time_to_live_description().is_some_and(|found| {
            let enabled = matches!(
                found.time_to_live_status(),
                Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
            );
            enabled && found.attribute_name() == Some(attribute)
        }))
    }

    async fn describe(&self) -> Result<Option<TableDescription>, String> {
        match self.client.describe_table().table_name(&self.table).send().await {
            Ok(answer) => Ok(answer.table),
            Err(error) => match error.as_service_error() {
                Some(DescribeTableError::ResourceNotFoundException(_)) => Ok(None),
                _ => Err(self.refused("describe", &error)),
            },
        }
    }

    async fn stands(&self) -> Result<(), String> {
        for look in 0..LOOKS {
            let found = self.describe().await?;
            if found.is_some_and(|one| active(&one)) {
                return Ok(());
            }
            if look > 0 && look % TOLD_EVERY == 0 {
                progress(&self.table, look / 2);
            }
            pause(look.min(5)).await;
        }
        Err(format!(
            "table {} and its indexes are not active after 30 minutes: run `monban store init` again",
            self.table
        ))
    }

    /// AWS refuses to set what is set already.
    async fn live_by(&self, wanted: &TimeToLive) -> Result<(), String> {
        if self.lives_by(&wanted.attribute_name).await? {
            return Ok(());
        }
        let specification = TimeToLiveSpecification::builder()
            .attribute_name(&wanted.attribute_name)
            .enabled(wanted.enabled)
            .build()
            .map_err(|error| error.to_string())?;
        self.client
            .update_time_to_live()
            .table_name(&self.table)
            .time_to_live_specification(specification)
            .send()
            .await
            .map_err(|error| self.refused("set the time to live of", &error))?;
        Ok(())
    }

    fn refused(&self, what: &str, error: &(impl std::error::Error + 'static)) -> String {
        let words = aws_sdk_dynamodb::error::DisplayErrorContext(error);
        let words: String = words.to_string().chars().take(400).collect();
        format!("AWS refuses to {what} table {}: {words}", self.table)
    }
}

/// A line on stderr, so that what is printed stays as it is.
fn progress(table: &str, seconds: u32) {
    use std::io::Write as _;
    // Nobody may be there to read it.
    let _ =
        writeln!(std::io::stderr(), "table {table}: waiting for its indexes, about {seconds} s");
}

/// Whether the index of this name can be read.
fn ready(table: &TableDescription, name: &str) -> bool {
    table.global_secondary_indexes().iter().any(|one| {
        one.index_name() == Some(name) && one.index_status() == Some(&IndexStatus::Active)
    })
}

/// The table and its global indexes stand.
fn active(table: &TableDescription) -> bool {
    let filled =
        |one: &GlobalSecondaryIndexDescription| one.index_status() == Some(&IndexStatus::Active);
    table.table_status() == Some(&TableStatus::Active)
        && table.global_secondary_indexes().iter().all(filled)
}

fn has(table: &TableDescription, index: &Index) -> bool {
    let wanted = &index.projection;
    let kind = ProjectionType::from(wanted.projection_type.as_str());
    table.global_secondary_indexes().iter().any(|one| {
        one.index_name() == Some(index.name.as_str())
            && keys(one.key_schema()) == index.key_schema
            && one.projection().is_some_and(|found| {
                let attributes = wanted.non_key_attributes.as_deref().unwrap_or_default();
                found.projection_type() == Some(&kind)
                    && attributes.iter().all(|one| found.non_key_attributes().contains(one))
            })
    })
}

fn projection(index: &Index) -> Projection {
    let wanted = &index.projection;
    Projection::builder()
        .projection_type(ProjectionType::from(wanted.projection_type.as_str()))
        .set_non_key_attributes(wanted.non_key_attributes.clone())
        .build()
}

fn attributes(wanted: &Definition) -> Result<Vec<AttributeDefinition>, String> {
    let attribute = |one: &Attribute| {
        AttributeDefinition::builder()
            .attribute_name(&one.attribute_name)
            .attribute_type(ScalarAttributeType::from(one.attribute_type.as_str()))
            .build()
            .map_err(|error| error.to_string())
    };
    wanted.attribute_definitions.iter().map(attribute).collect()
}

fn keys(schema: &[KeySchemaElement]) -> Vec<KeyPart> {
    let part = |one: &KeySchemaElement| KeyPart {
        attribute_name: one.attribute_name().to_owned(),
        key_type: one.key_type().as_str().to_owned(),
    };
    schema.iter().map(part).collect()
}

#[cfg(test)]
mod tests;
