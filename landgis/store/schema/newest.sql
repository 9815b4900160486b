-- The tables of a new store; 001 to 006 lead one of an earlier version to the same. Nothing is
-- deleted: a row ends by rev_to. Dates are ISO text, money is fen, areas are square metres, flags are
-- 0 and 1, empty is NULL.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    rev INTEGER PRIMARY KEY,
    at TEXT NOT NULL UNIQUE, -- UTC to the microsecond, always later than the one before
    kind TEXT NOT NULL,
    layer TEXT,
    author TEXT NOT NULL,
    command TEXT NOT NULL,
    reason TEXT NOT NULL,
    software TEXT NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    reshaped INTEGER NOT NULL, -- 1 where a polygon came, changed or went: the land is to be cut again
    rulebook TEXT NOT NULL DEFAULT '', -- rulebooks.sha256, '' if none
    settings TEXT NOT NULL DEFAULT '{}', -- canonical JSON
    key TEXT -- names the command, so that a repeat is known as one
) STRICT;
CREATE INDEX revisions_key ON revisions (key) WHERE key IS NOT NULL;

CREATE TABLE deliveries (
    delivery INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL REFERENCES revisions,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    driver TEXT NOT NULL,
    encoding TEXT,
    crs TEXT, -- of the evidence, as the file says it
    features INTEGER NOT NULL
) STRICT;

-- Who a fact speaks of. The number is never used again; a record row is named by its content.
CREATE TABLE features (
    feature INTEGER PRIMARY KEY,
    layer TEXT NOT NULL,
    feature_id TEXT NOT NULL,
    UNIQUE (layer, feature_id)
) STRICT;

CREATE TABLE issues (
    issue INTEGER PRIMARY KEY,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    layer TEXT NOT NULL,
    feature_id TEXT NOT NULL,
    file TEXT NOT NULL,
    "row" INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    owner TEXT NOT NULL,
    message TEXT NOT NULL,
    message_zh TEXT NOT NULL,
    fix TEXT NOT NULL,
    fix_zh TEXT NOT NULL
) STRICT;
CREATE INDEX issues_layer ON issues (layer, feature_id);
CREATE INDEX issues_from ON issues (rev_from);
CREATE INDEX issues_to ON issues (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX issues_feature ON issues (feature_id);

CREATE TABLE approvals (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    approval_id TEXT NOT NULL,
    doc_no TEXT,
    name TEXT,
    kind TEXT,
    action TEXT,
    needs_acquisition INTEGER,
    authority TEXT,
    approved_on TEXT,
    withdrawn_on TEXT,
    declared_area_m2 REAL,
    district_code TEXT,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX approvals_now ON approvals (feature) WHERE rev_to IS NULL;
CREATE INDEX approvals_feature ON approvals (feature, rev_from);
CREATE INDEX approvals_from ON approvals (rev_from);
CREATE INDEX approvals_to ON approvals (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX approvals_name ON approvals (approval_id, rev_from);
CREATE VIRTUAL TABLE approvals_extent USING rtree (fact, west, east, south, north);

-- What is read by the thousand is a narrow table: the whole feature as GeoJSON, its name and when it
-- was known, written by the transaction that writes the fact.
CREATE TABLE approvals_ready (
    fact INTEGER PRIMARY KEY REFERENCES approvals,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX approvals_ready_name ON approvals_ready (feature_id, rev_from);

CREATE TABLE releases (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    release_id TEXT NOT NULL,
    approval_id TEXT,
    kind TEXT,
    doc_no TEXT,
    decided_on TEXT,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX releases_now ON releases (feature) WHERE rev_to IS NULL;
CREATE INDEX releases_feature ON releases (feature, rev_from);
CREATE INDEX releases_from ON releases (rev_from);
CREATE INDEX releases_to ON releases (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX releases_name ON releases (release_id, rev_from);
CREATE VIRTUAL TABLE releases_extent USING rtree (fact, west, east, south, north);

CREATE TABLE releases_ready (
    fact INTEGER PRIMARY KEY REFERENCES releases,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX releases_ready_name ON releases_ready (feature_id, rev_from);

CREATE TABLE acquisitions (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    acquisition_id TEXT NOT NULL,
    approval_id TEXT,
    announced_on TEXT,
    compensated_on TEXT,
    completed_on TEXT,
    declared_area_m2 REAL,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX acquisitions_now ON acquisitions (feature) WHERE rev_to IS NULL;
CREATE INDEX acquisitions_feature ON acquisitions (feature, rev_from);
CREATE INDEX acquisitions_from ON acquisitions (rev_from);
CREATE INDEX acquisitions_to ON acquisitions (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX acquisitions_name ON acquisitions (acquisition_id, rev_from);
CREATE VIRTUAL TABLE acquisitions_extent USING rtree (fact, west, east, south, north);

CREATE TABLE acquisitions_ready (
    fact INTEGER PRIMARY KEY REFERENCES acquisitions,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX acquisitions_ready_name ON acquisitions_ready (feature_id, rev_from);

CREATE TABLE reserves (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    reserve_id TEXT NOT NULL,
    source TEXT,
    in_on TEXT,
    out_on TEXT,
    net_land_on TEXT,
    mortgaged INTEGER,
    cost_fen INTEGER,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX reserves_now ON reserves (feature) WHERE rev_to IS NULL;
CREATE INDEX reserves_feature ON reserves (feature, rev_from);
CREATE INDEX reserves_from ON reserves (rev_from);
CREATE INDEX reserves_to ON reserves (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX reserves_name ON reserves (reserve_id, rev_from);
CREATE VIRTUAL TABLE reserves_extent USING rtree (fact, west, east, south, north);

CREATE TABLE reserves_ready (
    fact INTEGER PRIMARY KEY REFERENCES reserves,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX reserves_ready_name ON reserves_ready (feature_id, rev_from);

CREATE TABLE supplies (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    supply_id TEXT NOT NULL,
    approval_id TEXT,
    contract_no TEXT,
    parcel_code TEXT,
    project_name TEXT,
    location TEXT,
    district_code TEXT,
    district_name TEXT,
    holder TEXT,
    holder_credit_code TEXT,
    land_use TEXT,
    land_use_scheme TEXT,
    industry TEXT,
    supply_mode TEXT,
    land_source TEXT,
    land_ownership TEXT,
    supplied_on TEXT,
    term_years INTEGER,
    price_fen INTEGER,
    paid_fen INTEGER,
    declared_area_m2 REAL,
    agreed_delivery_on TEXT,
    delivered_on TEXT,
    agreed_start_on TEXT,
    agreed_completion_on TEXT,
    permit_on TEXT,
    started_on TEXT,
    completed_on TEXT,
    suspended_on TEXT,
    resumed_on TEXT,
    developed_area_m2 REAL,
    developable_area_m2 REAL,
    invested_fen INTEGER,
    planned_investment_fen INTEGER,
    idle_filed_on TEXT,
    mortgaged INTEGER,
    mortgagee TEXT,
    seized INTEGER,
    approving_government TEXT,
    returned_on TEXT,
    returned_kind TEXT,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB,
    annual_rent_fen INTEGER,
    output_value_fen INTEGER,
    land_value_fen INTEGER
) STRICT;
CREATE UNIQUE INDEX supplies_now ON supplies (feature) WHERE rev_to IS NULL;
CREATE INDEX supplies_feature ON supplies (feature, rev_from);
CREATE INDEX supplies_from ON supplies (rev_from);
CREATE INDEX supplies_to ON supplies (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX supplies_name ON supplies (supply_id, rev_from);
CREATE VIRTUAL TABLE supplies_extent USING rtree (fact, west, east, south, north);

CREATE TABLE supplies_ready (
    fact INTEGER PRIMARY KEY REFERENCES supplies,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX supplies_ready_name ON supplies_ready (feature_id, rev_from);

CREATE TABLE footprints (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    footprint_id TEXT NOT NULL,
    supply_id TEXT,
    observed_on TEXT,
    removed_on TEXT,
    kind TEXT,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX footprints_now ON footprints (feature) WHERE rev_to IS NULL;
CREATE INDEX footprints_feature ON footprints (feature, rev_from);
CREATE INDEX footprints_from ON footprints (rev_from);
CREATE INDEX footprints_to ON footprints (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX footprints_name ON footprints (footprint_id, rev_from);
CREATE INDEX footprints_supply ON footprints (supply_id);
CREATE VIRTUAL TABLE footprints_extent USING rtree (fact, west, east, south, north);

CREATE TABLE footprints_ready (
    fact INTEGER PRIMARY KEY REFERENCES footprints,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX footprints_ready_name ON footprints_ready (feature_id, rev_from);

CREATE TABLE districts (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    district_code TEXT NOT NULL,
    name TEXT,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX districts_now ON districts (feature) WHERE rev_to IS NULL;
CREATE INDEX districts_feature ON districts (feature, rev_from);
CREATE INDEX districts_from ON districts (rev_from);
CREATE INDEX districts_to ON districts (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX districts_name ON districts (district_code, rev_from);
CREATE VIRTUAL TABLE districts_extent USING rtree (fact, west, east, south, north);

CREATE TABLE districts_ready (
    fact INTEGER PRIMARY KEY REFERENCES districts,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX districts_ready_name ON districts_ready (feature_id, rev_from);

CREATE TABLE parks (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    park_id TEXT NOT NULL,
    name TEXT,
    status TEXT,
    leading_industry TEXT,
    area_m2 REAL,
    geometry BLOB,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX parks_now ON parks (feature) WHERE rev_to IS NULL;
CREATE INDEX parks_feature ON parks (feature, rev_from);
CREATE INDEX parks_from ON parks (rev_from);
CREATE INDEX parks_to ON parks (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX parks_name ON parks (park_id, rev_from);
CREATE VIRTUAL TABLE parks_extent USING rtree (fact, west, east, south, north);

CREATE TABLE parks_ready (
    fact INTEGER PRIMARY KEY REFERENCES parks,
    feature_id TEXT NOT NULL,
    rev_from INTEGER NOT NULL,
    rev_to INTEGER,
    item TEXT NOT NULL
) STRICT;
CREATE INDEX parks_ready_name ON parks_ready (feature_id, rev_from);

CREATE TABLE amendments (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    supply_id TEXT,
    signed_on TEXT,
    start_on TEXT,
    completion_on TEXT,
    ground TEXT
) STRICT;
CREATE UNIQUE INDEX amendments_now ON amendments (feature) WHERE rev_to IS NULL;
CREATE INDEX amendments_feature ON amendments (feature, rev_from);
CREATE INDEX amendments_from ON amendments (rev_from);
CREATE INDEX amendments_to ON amendments (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX amendments_supply ON amendments (supply_id);

CREATE TABLE delays (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    supply_id TEXT,
    scope TEXT,
    cause TEXT,
    from_on TEXT,
    until_on TEXT,
    status TEXT,
    evidence TEXT
) STRICT;
CREATE UNIQUE INDEX delays_now ON delays (feature) WHERE rev_to IS NULL;
CREATE INDEX delays_feature ON delays (feature, rev_from);
CREATE INDEX delays_from ON delays (rev_from);
CREATE INDEX delays_to ON delays (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX delays_supply ON delays (supply_id);

CREATE TABLE holders (
    fact INTEGER PRIMARY KEY,
    feature INTEGER NOT NULL REFERENCES features,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    delivery INTEGER NOT NULL REFERENCES deliveries,
    delivery_row INTEGER NOT NULL,
    content BLOB NOT NULL,
    supply_id TEXT,
    holder TEXT,
    credit_code TEXT,
    from_on TEXT,
    until_on TEXT,
    ground TEXT,
    certificate_no TEXT
) STRICT;
CREATE UNIQUE INDEX holders_now ON holders (feature) WHERE rev_to IS NULL;
CREATE INDEX holders_feature ON holders (feature, rev_from);
CREATE INDEX holders_from ON holders (rev_from);
CREATE INDEX holders_to ON holders (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX holders_supply ON holders (supply_id);

CREATE TABLE cuts (
    cut INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL REFERENCES revisions,
    at TEXT NOT NULL,
    tolerance_m REAL NOT NULL,
    software TEXT NOT NULL
) STRICT;

CREATE TABLE pieces (
    part INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    content BLOB NOT NULL,
    area_m2 REAL NOT NULL,
    geometry BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX pieces_now ON pieces (name) WHERE rev_to IS NULL;
CREATE INDEX pieces_name ON pieces (name, rev_from);
CREATE INDEX pieces_to ON pieces (rev_to) WHERE rev_to IS NOT NULL;

CREATE TABLE pieces_links (
    part INTEGER NOT NULL REFERENCES pieces,
    feature INTEGER NOT NULL REFERENCES features,
    PRIMARY KEY (part, feature)
) STRICT, WITHOUT ROWID;
CREATE INDEX pieces_links_feature ON pieces_links (feature);

CREATE TABLE pieces_lineage (
    part INTEGER NOT NULL REFERENCES pieces,
    predecessor INTEGER NOT NULL REFERENCES pieces,
    PRIMARY KEY (part, predecessor)
) STRICT, WITHOUT ROWID;

CREATE TABLE slivers (
    part INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    rev_from INTEGER NOT NULL REFERENCES revisions,
    rev_to INTEGER REFERENCES revisions,
    content BLOB NOT NULL,
    area_m2 REAL NOT NULL,
    geometry BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX slivers_now ON slivers (name) WHERE rev_to IS NULL;
CREATE INDEX slivers_to ON slivers (rev_to) WHERE rev_to IS NOT NULL;

CREATE TABLE slivers_links (
    part INTEGER NOT NULL REFERENCES slivers,
    feature INTEGER NOT NULL REFERENCES features,
    PRIMARY KEY (part, feature)
) STRICT, WITHOUT ROWID;
CREATE INDEX slivers_links_feature ON slivers_links (feature);

CREATE TABLE rulebooks (
    sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One entry a change, sealed over the one before: landgis/audit.py says how.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL REFERENCES revisions,
    algorithm TEXT NOT NULL,
    entry TEXT NOT NULL, -- canonical JSON; holds seq and the hash of the entry before
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_rev ON audit (rev);

-- Who is writing: a row comes in a transaction of its own and goes with the change itself, so that
-- one left behind by a process that is gone tells of a change that never was.
CREATE TABLE attempts (
    attempt TEXT PRIMARY KEY,
    process TEXT NOT NULL,
    at TEXT NOT NULL,
    command TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- None is ever changed or ended: one that was wrong is corrected by a later one, which says whose
-- place it takes.
CREATE TABLE case_entries (
    entry INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL REFERENCES revisions,
    supply_id TEXT NOT NULL,
    step TEXT NOT NULL,
    taken_on TEXT NOT NULL,
    document TEXT NOT NULL,
    evidence TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT NOT NULL,
    manner TEXT NOT NULL,
    addressee TEXT NOT NULL,
    authority TEXT NOT NULL,
    level TEXT NOT NULL,
    corrects INTEGER REFERENCES case_entries
) STRICT;
CREATE INDEX case_entries_supply ON case_entries (supply_id, entry);
CREATE INDEX case_entries_rev ON case_entries (rev);

-- Append only. A row of the record may end once; everything else is refused. A revision stands before
-- its facts and is settled until its entry seals it.
CREATE TRIGGER settings_update BEFORE UPDATE ON settings
BEGIN SELECT RAISE(ABORT, 'settings is append-only'); END;
CREATE TRIGGER settings_delete BEFORE DELETE ON settings
BEGIN SELECT RAISE(ABORT, 'settings is append-only'); END;

CREATE TRIGGER revisions_update BEFORE UPDATE ON revisions
WHEN EXISTS (SELECT 1 FROM audit WHERE audit.rev = OLD.rev)
BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
CREATE TRIGGER revisions_delete BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
CREATE TRIGGER revisions_insert BEFORE INSERT ON revisions
WHEN NEW.rev != (SELECT coalesce(max(rev), -1) + 1 FROM revisions)
BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;

CREATE TRIGGER deliveries_update BEFORE UPDATE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries is append-only'); END;
CREATE TRIGGER deliveries_delete BEFORE DELETE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries is append-only'); END;

CREATE TRIGGER features_update BEFORE UPDATE ON features
BEGIN SELECT RAISE(ABORT, 'features is append-only'); END;
CREATE TRIGGER features_delete BEFORE DELETE ON features
BEGIN SELECT RAISE(ABORT, 'features is append-only'); END;

CREATE TRIGGER issues_update BEFORE UPDATE OF
    issue, rev_from, layer, feature_id, file, "row", field, value, kind, severity, owner,
    message, message_zh, fix, fix_zh
ON issues
BEGIN SELECT RAISE(ABORT, 'issues is append-only'); END;
CREATE TRIGGER issues_update_of_end BEFORE UPDATE OF rev_to ON issues
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'issues is append-only'); END;
CREATE TRIGGER issues_delete BEFORE DELETE ON issues
BEGIN SELECT RAISE(ABORT, 'issues is append-only'); END;

CREATE TRIGGER approvals_update_of_end BEFORE UPDATE OF rev_to ON approvals
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_delete BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, approval_id, doc_no, name,
    kind, action, needs_acquisition, authority, approved_on, withdrawn_on,
    declared_area_m2, district_code, area_m2, geometry, evidence
ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;

CREATE TRIGGER approvals_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON approvals_ready
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER approvals_ready_update_of_item BEFORE UPDATE OF item ON approvals_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER approvals_ready_update_of_end BEFORE UPDATE OF rev_to ON approvals_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;
CREATE TRIGGER approvals_ready_delete BEFORE DELETE ON approvals_ready
BEGIN SELECT RAISE(ABORT, 'approvals_ready is append-only'); END;

CREATE TRIGGER releases_update_of_end BEFORE UPDATE OF rev_to ON releases
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
CREATE TRIGGER releases_delete BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
CREATE TRIGGER releases_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, release_id, approval_id,
    kind, doc_no, decided_on, area_m2, geometry, evidence
ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;

CREATE TRIGGER releases_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON releases_ready
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER releases_ready_update_of_item BEFORE UPDATE OF item ON releases_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER releases_ready_update_of_end BEFORE UPDATE OF rev_to ON releases_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;
CREATE TRIGGER releases_ready_delete BEFORE DELETE ON releases_ready
BEGIN SELECT RAISE(ABORT, 'releases_ready is append-only'); END;

CREATE TRIGGER acquisitions_update_of_end BEFORE UPDATE OF rev_to ON acquisitions
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;
CREATE TRIGGER acquisitions_delete BEFORE DELETE ON acquisitions
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;
CREATE TRIGGER acquisitions_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, acquisition_id, approval_id,
    announced_on, compensated_on, completed_on, declared_area_m2, area_m2, geometry,
    evidence
ON acquisitions
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;

CREATE TRIGGER acquisitions_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON acquisitions_ready
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_update_of_item BEFORE UPDATE OF item ON acquisitions_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_update_of_end BEFORE UPDATE OF rev_to ON acquisitions_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;
CREATE TRIGGER acquisitions_ready_delete BEFORE DELETE ON acquisitions_ready
BEGIN SELECT RAISE(ABORT, 'acquisitions_ready is append-only'); END;

CREATE TRIGGER reserves_update_of_end BEFORE UPDATE OF rev_to ON reserves
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;
CREATE TRIGGER reserves_delete BEFORE DELETE ON reserves
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;
CREATE TRIGGER reserves_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, reserve_id, source, in_on,
    out_on, net_land_on, mortgaged, cost_fen, area_m2, geometry, evidence
ON reserves
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;

CREATE TRIGGER reserves_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON reserves_ready
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER reserves_ready_update_of_item BEFORE UPDATE OF item ON reserves_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER reserves_ready_update_of_end BEFORE UPDATE OF rev_to ON reserves_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;
CREATE TRIGGER reserves_ready_delete BEFORE DELETE ON reserves_ready
BEGIN SELECT RAISE(ABORT, 'reserves_ready is append-only'); END;

CREATE TRIGGER supplies_update_of_end BEFORE UPDATE OF rev_to ON supplies
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
CREATE TRIGGER supplies_delete BEFORE DELETE ON supplies
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
CREATE TRIGGER supplies_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, supply_id, approval_id,
    contract_no, parcel_code, project_name, location, district_code, district_name,
    holder, holder_credit_code, land_use, land_use_scheme, industry, supply_mode,
    land_source, land_ownership, supplied_on, term_years, price_fen, paid_fen,
    declared_area_m2, agreed_delivery_on, delivered_on, agreed_start_on,
    agreed_completion_on, permit_on, started_on, completed_on, suspended_on, resumed_on,
    developed_area_m2, developable_area_m2, invested_fen, planned_investment_fen,
    idle_filed_on, mortgaged, mortgagee, seized, approving_government, returned_on,
    returned_kind, annual_rent_fen, output_value_fen, land_value_fen, area_m2, geometry,
    evidence
ON supplies
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;

CREATE TRIGGER supplies_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON supplies_ready
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER supplies_ready_update_of_item BEFORE UPDATE OF item ON supplies_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER supplies_ready_update_of_end BEFORE UPDATE OF rev_to ON supplies_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;
CREATE TRIGGER supplies_ready_delete BEFORE DELETE ON supplies_ready
BEGIN SELECT RAISE(ABORT, 'supplies_ready is append-only'); END;

CREATE TRIGGER footprints_update_of_end BEFORE UPDATE OF rev_to ON footprints
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;
CREATE TRIGGER footprints_delete BEFORE DELETE ON footprints
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;
CREATE TRIGGER footprints_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, footprint_id, supply_id,
    observed_on, removed_on, kind, area_m2, geometry, evidence
ON footprints
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;

CREATE TRIGGER footprints_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON footprints_ready
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER footprints_ready_update_of_item BEFORE UPDATE OF item ON footprints_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER footprints_ready_update_of_end BEFORE UPDATE OF rev_to ON footprints_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;
CREATE TRIGGER footprints_ready_delete BEFORE DELETE ON footprints_ready
BEGIN SELECT RAISE(ABORT, 'footprints_ready is append-only'); END;

CREATE TRIGGER districts_update_of_end BEFORE UPDATE OF rev_to ON districts
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;
CREATE TRIGGER districts_delete BEFORE DELETE ON districts
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;
CREATE TRIGGER districts_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, district_code, name,
    area_m2, geometry, evidence
ON districts
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;

CREATE TRIGGER districts_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON districts_ready
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER districts_ready_update_of_item BEFORE UPDATE OF item ON districts_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER districts_ready_update_of_end BEFORE UPDATE OF rev_to ON districts_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;
CREATE TRIGGER districts_ready_delete BEFORE DELETE ON districts_ready
BEGIN SELECT RAISE(ABORT, 'districts_ready is append-only'); END;

CREATE TRIGGER parks_update_of_end BEFORE UPDATE OF rev_to ON parks
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;
CREATE TRIGGER parks_delete BEFORE DELETE ON parks
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;
CREATE TRIGGER parks_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, park_id, name, status,
    leading_industry, area_m2, geometry, evidence
ON parks
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;

CREATE TRIGGER parks_ready_update BEFORE UPDATE OF fact, feature_id, rev_from ON parks_ready
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
CREATE TRIGGER parks_ready_update_of_item BEFORE UPDATE OF item ON parks_ready
WHEN OLD.item LIKE '{"type":"Feature",%'
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
CREATE TRIGGER parks_ready_update_of_end BEFORE UPDATE OF rev_to ON parks_ready
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;
CREATE TRIGGER parks_ready_delete BEFORE DELETE ON parks_ready
BEGIN SELECT RAISE(ABORT, 'parks_ready is append-only'); END;

CREATE TRIGGER amendments_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, supply_id, signed_on, start_on,
    completion_on, ground
ON amendments
BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END;
CREATE TRIGGER amendments_update_of_end BEFORE UPDATE OF rev_to ON amendments
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END;
CREATE TRIGGER amendments_delete BEFORE DELETE ON amendments
BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END;

CREATE TRIGGER delays_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, supply_id, scope, cause,
    from_on, until_on, status, evidence
ON delays
BEGIN SELECT RAISE(ABORT, 'delays is append-only'); END;
CREATE TRIGGER delays_update_of_end BEFORE UPDATE OF rev_to ON delays
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'delays is append-only'); END;
CREATE TRIGGER delays_delete BEFORE DELETE ON delays
BEGIN SELECT RAISE(ABORT, 'delays is append-only'); END;

CREATE TRIGGER holders_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, supply_id, holder, credit_code,
    from_on, until_on, ground, certificate_no
ON holders
BEGIN SELECT RAISE(ABORT, 'holders is append-only'); END;
CREATE TRIGGER holders_update_of_end BEFORE UPDATE OF rev_to ON holders
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'holders is append-only'); END;
CREATE TRIGGER holders_delete BEFORE DELETE ON holders
BEGIN SELECT RAISE(ABORT, 'holders is append-only'); END;

CREATE TRIGGER cuts_update BEFORE UPDATE ON cuts
BEGIN SELECT RAISE(ABORT, 'cuts is append-only'); END;
CREATE TRIGGER cuts_delete BEFORE DELETE ON cuts
BEGIN SELECT RAISE(ABORT, 'cuts is append-only'); END;

CREATE TRIGGER pieces_update BEFORE UPDATE OF
    part, name, rev_from, content, area_m2, geometry
ON pieces
BEGIN SELECT RAISE(ABORT, 'pieces is append-only'); END;
CREATE TRIGGER pieces_update_of_end BEFORE UPDATE OF rev_to ON pieces
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'pieces is append-only'); END;
CREATE TRIGGER pieces_delete BEFORE DELETE ON pieces
BEGIN SELECT RAISE(ABORT, 'pieces is append-only'); END;

CREATE TRIGGER pieces_links_update BEFORE UPDATE ON pieces_links
BEGIN SELECT RAISE(ABORT, 'pieces_links is append-only'); END;
CREATE TRIGGER pieces_links_delete BEFORE DELETE ON pieces_links
BEGIN SELECT RAISE(ABORT, 'pieces_links is append-only'); END;

CREATE TRIGGER pieces_lineage_update BEFORE UPDATE ON pieces_lineage
BEGIN SELECT RAISE(ABORT, 'pieces_lineage is append-only'); END;
CREATE TRIGGER pieces_lineage_delete BEFORE DELETE ON pieces_lineage
BEGIN SELECT RAISE(ABORT, 'pieces_lineage is append-only'); END;

CREATE TRIGGER slivers_update BEFORE UPDATE OF
    part, name, rev_from, content, area_m2, geometry
ON slivers
BEGIN SELECT RAISE(ABORT, 'slivers is append-only'); END;
CREATE TRIGGER slivers_update_of_end BEFORE UPDATE OF rev_to ON slivers
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'slivers is append-only'); END;
CREATE TRIGGER slivers_delete BEFORE DELETE ON slivers
BEGIN SELECT RAISE(ABORT, 'slivers is append-only'); END;

CREATE TRIGGER slivers_links_update BEFORE UPDATE ON slivers_links
BEGIN SELECT RAISE(ABORT, 'slivers_links is append-only'); END;
CREATE TRIGGER slivers_links_delete BEFORE DELETE ON slivers_links
BEGIN SELECT RAISE(ABORT, 'slivers_links is append-only'); END;

CREATE TRIGGER rulebooks_update BEFORE UPDATE ON rulebooks
BEGIN SELECT RAISE(ABORT, 'rulebooks is append-only'); END;
CREATE TRIGGER rulebooks_delete BEFORE DELETE ON rulebooks
BEGIN SELECT RAISE(ABORT, 'rulebooks is append-only'); END;

CREATE TRIGGER audit_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_insert BEFORE INSERT ON audit
WHEN NEW.seq != (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER case_entries_update BEFORE UPDATE ON case_entries
BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END;
CREATE TRIGGER case_entries_delete BEFORE DELETE ON case_entries
BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END;
CREATE TRIGGER case_entries_insert BEFORE INSERT ON case_entries
WHEN NEW.entry != (SELECT coalesce(max(entry), 0) + 1 FROM case_entries)
BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END;
