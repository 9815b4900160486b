-- Version 1 of the store: facts, pieces and revisions. Nothing is deleted: a row ends by rev_to.
-- Dates are ISO text, money is fen, areas are square metres, flags are 0 and 1, empty is NULL.

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
    reshaped INTEGER NOT NULL -- 1 where a polygon came, changed or went: the land is to be cut again
) STRICT;

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX approvals_now ON approvals (feature) WHERE rev_to IS NULL;
CREATE INDEX approvals_feature ON approvals (feature, rev_from);
CREATE INDEX approvals_from ON approvals (rev_from);
CREATE INDEX approvals_to ON approvals (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE approvals_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX releases_now ON releases (feature) WHERE rev_to IS NULL;
CREATE INDEX releases_feature ON releases (feature, rev_from);
CREATE INDEX releases_from ON releases (rev_from);
CREATE INDEX releases_to ON releases (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE releases_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX acquisitions_now ON acquisitions (feature) WHERE rev_to IS NULL;
CREATE INDEX acquisitions_feature ON acquisitions (feature, rev_from);
CREATE INDEX acquisitions_from ON acquisitions (rev_from);
CREATE INDEX acquisitions_to ON acquisitions (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE acquisitions_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX reserves_now ON reserves (feature) WHERE rev_to IS NULL;
CREATE INDEX reserves_feature ON reserves (feature, rev_from);
CREATE INDEX reserves_from ON reserves (rev_from);
CREATE INDEX reserves_to ON reserves (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE reserves_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX supplies_now ON supplies (feature) WHERE rev_to IS NULL;
CREATE INDEX supplies_feature ON supplies (feature, rev_from);
CREATE INDEX supplies_from ON supplies (rev_from);
CREATE INDEX supplies_to ON supplies (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE supplies_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX footprints_now ON footprints (feature) WHERE rev_to IS NULL;
CREATE INDEX footprints_feature ON footprints (feature, rev_from);
CREATE INDEX footprints_from ON footprints (rev_from);
CREATE INDEX footprints_to ON footprints (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE footprints_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX districts_now ON districts (feature) WHERE rev_to IS NULL;
CREATE INDEX districts_feature ON districts (feature, rev_from);
CREATE INDEX districts_from ON districts (rev_from);
CREATE INDEX districts_to ON districts (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE districts_extent USING rtree (fact, west, east, south, north);

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
    geojson TEXT,
    evidence BLOB
) STRICT;
CREATE UNIQUE INDEX parks_now ON parks (feature) WHERE rev_to IS NULL;
CREATE INDEX parks_feature ON parks (feature, rev_from);
CREATE INDEX parks_from ON parks (rev_from);
CREATE INDEX parks_to ON parks (rev_to) WHERE rev_to IS NOT NULL;
CREATE VIRTUAL TABLE parks_extent USING rtree (fact, west, east, south, north);

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

-- The land cut into pieces and slivers. A part is one state of a piece: its number is never used
-- again, and its links live and end with it.
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

CREATE TABLE pieces_links (
    part INTEGER NOT NULL REFERENCES pieces,
    feature INTEGER NOT NULL REFERENCES features,
    PRIMARY KEY (part, feature)
) STRICT, WITHOUT ROWID;

-- Which earlier parts a new part was made of, by overlap.
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

CREATE TABLE slivers_links (
    part INTEGER NOT NULL REFERENCES slivers,
    feature INTEGER NOT NULL REFERENCES features,
    PRIMARY KEY (part, feature)
) STRICT, WITHOUT ROWID;
