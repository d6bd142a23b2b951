/** Up to this version of the schema PostgreSQL starts from one picture instead of the steps: no older database of it exists. */
export const postgresBaselineVersion = 7;

/** Text is compared byte by byte, as SQLite does, whatever the database's own collation. */
const text = 'text COLLATE "C"';

/**
 * What the steps up to 0007 made of SQLite's schema, as PostgreSQL has it; their comments hold here too. What differs:
 *
 * - Devices have no number: reports stand under the device's id, so that no sequence is needed.
 * - `device.version` grows with each write of the row: whoever read it before writes only where it is still the same.
 * - `folded_tags`, `folded_addresses` and `shown_address` are what lists compare, folded as SQLite's functions fold.
 * - No triggers: `device_key` and `device_change` are kept by the one file that writes devices.
 * - `tenant.last_change` is the newest mark of `device_change`; its row is locked until the commit, so that marks appear in order.
 * - `node`: the processes that share the database. `seq` grows with each of their commits.
 * - `lease`: what one node at a time does. `catalogue`: compiled catalogues by their hash; that with the latest `in_force_since` is in force.
 */
export const postgresBaseline: readonly string[] = [
  `CREATE TABLE tenant (
    id ${text} PRIMARY KEY,
    name ${text} NOT NULL UNIQUE,
    created_at ${text} NOT NULL,
    deleting_since ${text},
    group_revision integer NOT NULL DEFAULT 0,
    grouped_revision integer NOT NULL DEFAULT 0,
    last_group_id integer NOT NULL DEFAULT 0,
    changes_pruned_to bigint NOT NULL DEFAULT 0,
    last_change bigint NOT NULL DEFAULT 0
  )`,

  `CREATE TABLE patch_state (id ${text} PRIMARY KEY, content text NOT NULL)`,

  `CREATE TABLE device (
    tenant_id ${text} NOT NULL REFERENCES tenant (id),
    id ${text} NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    device_group ${text} NOT NULL DEFAULT '',
    assigned_group ${text},
    name ${text},
    name_key ${text},
    os_name ${text},
    os_build ${text},
    os_platform ${text},
    display_version ${text},
    architecture ${text},
    installation_type ${text},
    tags text[] COLLATE "C" NOT NULL,
    ip_addresses text[] COLLATE "C" NOT NULL,
    folded_tags text[] COLLATE "C" NOT NULL,
    folded_addresses text[] COLLATE "C" NOT NULL,
    shown_address ${text},
    first_seen_at ${text} NOT NULL,
    reported_at ${text} NOT NULL,
    patch_state_id ${text} NOT NULL,
    PRIMARY KEY (tenant_id, id)
  )`,
  `CREATE INDEX device_by_name ON device (tenant_id, name_key)`,
  `CREATE INDEX device_by_report ON device (tenant_id, reported_at)`,
  `CREATE INDEX device_by_group ON device (tenant_id, device_group)`,
  `CREATE INDEX device_by_assignment ON device (tenant_id, assigned_group) WHERE assigned_group IS NOT NULL`,
  `CREATE INDEX device_by_state ON device (tenant_id, patch_state_id)`,

  `CREATE TABLE device_key (
    tenant_id ${text} NOT NULL,
    key ${text} NOT NULL,
    device_id ${text} NOT NULL,
    PRIMARY KEY (tenant_id, key, device_id)
  )`,

  // Reports come packed: to pack them again would cost time and save nothing.
  `CREATE TABLE device_report (
    tenant_id ${text} NOT NULL,
    device_id ${text} NOT NULL,
    source ${text} NOT NULL,
    format ${text} NOT NULL,
    observed_at ${text} NOT NULL,
    received_at ${text} NOT NULL,
    revision integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (tenant_id, device_id, source)
  )`,
  `ALTER TABLE device_report ALTER COLUMN content SET STORAGE EXTERNAL`,

  `CREATE TABLE device_alias (
    tenant_id ${text} NOT NULL,
    source_id ${text} NOT NULL,
    device_id ${text} NOT NULL,
    name_key ${text} NOT NULL,
    former_name_keys text NOT NULL,
    is_cloned boolean NOT NULL,
    PRIMARY KEY (tenant_id, source_id)
  )`,
  `CREATE INDEX device_alias_by_device ON device_alias (tenant_id, device_id)`,

  `CREATE TABLE patch_state_count (
    tenant_id ${text} NOT NULL REFERENCES tenant (id),
    device_group ${text} NOT NULL,
    patch_state_id ${text} NOT NULL REFERENCES patch_state (id),
    devices integer NOT NULL CHECK (devices >= 0),
    PRIMARY KEY (tenant_id, device_group, patch_state_id)
  )`,
  `CREATE INDEX patch_state_count_by_state ON patch_state_count (patch_state_id)`,

  `CREATE TABLE device_change (
    tenant_id ${text} NOT NULL,
    changed_at bigint NOT NULL,
    device_id ${text} NOT NULL,
    patch_state_id ${text},
    device_group ${text},
    name ${text},
    PRIMARY KEY (tenant_id, changed_at)
  )`,
  `CREATE INDEX device_change_by_state ON device_change (patch_state_id) WHERE patch_state_id IS NOT NULL`,

  `CREATE TABLE device_group (
    tenant_id ${text} NOT NULL REFERENCES tenant (id),
    id integer NOT NULL,
    name ${text} NOT NULL,
    name_key ${text} NOT NULL,
    rank integer NOT NULL,
    rule text NOT NULL,
    created_at ${text} NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name_key)
  )`,

  `CREATE TABLE client (
    tenant_id ${text} NOT NULL REFERENCES tenant (id),
    id ${text} NOT NULL,
    name ${text} NOT NULL,
    secret_hash bytea NOT NULL,
    roles text NOT NULL,
    device_groups text,
    created_at ${text} NOT NULL,
    revoked_at ${text},
    PRIMARY KEY (tenant_id, id)
  )`,

  `CREATE TABLE signing_key (
    kid ${text} PRIMARY KEY,
    private_key_pem text NOT NULL,
    public_key_pem text NOT NULL,
    created_at ${text} NOT NULL
  )`,

  `CREATE TABLE audit (
    tenant_id ${text} NOT NULL,
    at ${text} NOT NULL,
    actor ${text} NOT NULL,
    action ${text} NOT NULL,
    subject ${text},
    detail text NOT NULL,
    PRIMARY KEY (tenant_id, at)
  )`,

  `CREATE TABLE enroll_secret (
    tenant_id ${text} NOT NULL REFERENCES tenant (id),
    id ${text} NOT NULL,
    name ${text} NOT NULL,
    secret_hash bytea NOT NULL,
    created_at ${text} NOT NULL,
    revoked_at ${text},
    PRIMARY KEY (tenant_id, id)
  )`,

  `CREATE TABLE osquery_node (
    tenant_id ${text} NOT NULL REFERENCES tenant (id),
    id ${text} NOT NULL,
    key_hash bytea NOT NULL,
    secret_id ${text} NOT NULL,
    host_identifier ${text} NOT NULL,
    host_name ${text},
    hardware_id ${text},
    serial_number ${text},
    is_windows boolean NOT NULL,
    enrolled_at ${text} NOT NULL,
    revoked_at ${text},
    results_revision integer NOT NULL DEFAULT 0,
    applied_revision integer NOT NULL DEFAULT 0,
    applied_at ${text},
    facts_hash ${text},
    device_id ${text},
    PRIMARY KEY (tenant_id, id)
  )`,
  `CREATE INDEX osquery_node_by_identifier ON osquery_node (tenant_id, host_identifier)`,

  `CREATE TABLE osquery_result (
    tenant_id ${text} NOT NULL,
    node_id ${text} NOT NULL,
    query ${text} NOT NULL,
    hash ${text} NOT NULL,
    received_at ${text} NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (tenant_id, node_id, query),
    FOREIGN KEY (tenant_id, node_id) REFERENCES osquery_node (tenant_id, id) ON DELETE CASCADE
  )`,

  `CREATE TABLE node (id ${text} PRIMARY KEY, seq bigint NOT NULL, seen_at timestamptz NOT NULL)`,
  `CREATE TABLE lease (name ${text} PRIMARY KEY, holder ${text} NOT NULL, expires_at timestamptz NOT NULL)`,
  `CREATE TABLE catalogue (id ${text} PRIMARY KEY, content bytea NOT NULL, in_force_since timestamptz NOT NULL)`,
  `ALTER TABLE catalogue ALTER COLUMN content SET STORAGE EXTERNAL`,
];
