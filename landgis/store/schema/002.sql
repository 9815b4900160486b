-- Version 2: what an answer depends on is kept with each revision (rulebook, settings, key of the
-- command), every change is an entry of the audit chain, and what was written stays as written.

CREATE TABLE rulebooks (
    sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE revisions ADD COLUMN rulebook TEXT NOT NULL DEFAULT ''; -- rulebooks.sha256, '' if none
ALTER TABLE revisions ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'; -- canonical JSON
ALTER TABLE revisions ADD COLUMN key TEXT; -- names the command, so that a repeat is known as one
CREATE INDEX revisions_key ON revisions (key) WHERE key IS NOT NULL;

-- One entry a change, sealed over the one before: landgis/audit.py says how.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL REFERENCES revisions,
    algorithm TEXT NOT NULL,
    entry TEXT NOT NULL, -- canonical JSON; holds seq and the hash of the entry before
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_rev ON audit (rev);
CREATE INDEX issues_from ON issues (rev_from);
CREATE INDEX issues_to ON issues (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX pieces_to ON pieces (rev_to) WHERE rev_to IS NOT NULL;
CREATE INDEX slivers_to ON slivers (rev_to) WHERE rev_to IS NOT NULL;

-- Who is writing: a row comes in a transaction of its own and goes with the change itself, so that
-- one left behind by a process that is gone tells of a change that never was.
CREATE TABLE attempts (
    attempt TEXT PRIMARY KEY,
    process TEXT NOT NULL,
    at TEXT NOT NULL,
    command TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Append only. A row of the record may end once; everything else is refused.

CREATE TRIGGER settings_update BEFORE UPDATE ON settings
BEGIN SELECT RAISE(ABORT, 'settings is append-only'); END;
CREATE TRIGGER settings_delete BEFORE DELETE ON settings
BEGIN SELECT RAISE(ABORT, 'settings is append-only'); END;
CREATE TRIGGER deliveries_update BEFORE UPDATE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries is append-only'); END;
CREATE TRIGGER deliveries_delete BEFORE DELETE ON deliveries
BEGIN SELECT RAISE(ABORT, 'deliveries is append-only'); END;
CREATE TRIGGER features_update BEFORE UPDATE ON features
BEGIN SELECT RAISE(ABORT, 'features is append-only'); END;
CREATE TRIGGER features_delete BEFORE DELETE ON features
BEGIN SELECT RAISE(ABORT, 'features is append-only'); END;
CREATE TRIGGER cuts_update BEFORE UPDATE ON cuts
BEGIN SELECT RAISE(ABORT, 'cuts is append-only'); END;
CREATE TRIGGER cuts_delete BEFORE DELETE ON cuts
BEGIN SELECT RAISE(ABORT, 'cuts is append-only'); END;
CREATE TRIGGER pieces_links_update BEFORE UPDATE ON pieces_links
BEGIN SELECT RAISE(ABORT, 'pieces_links is append-only'); END;
CREATE TRIGGER pieces_links_delete BEFORE DELETE ON pieces_links
BEGIN SELECT RAISE(ABORT, 'pieces_links is append-only'); END;
CREATE TRIGGER pieces_lineage_update BEFORE UPDATE ON pieces_lineage
BEGIN SELECT RAISE(ABORT, 'pieces_lineage is append-only'); END;
CREATE TRIGGER pieces_lineage_delete BEFORE DELETE ON pieces_lineage
BEGIN SELECT RAISE(ABORT, 'pieces_lineage is append-only'); END;
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

-- A revision stands before its facts and is settled until its entry seals it.
CREATE TRIGGER revisions_update BEFORE UPDATE ON revisions
WHEN EXISTS (SELECT 1 FROM audit WHERE audit.rev = OLD.rev)
BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
CREATE TRIGGER revisions_delete BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
CREATE TRIGGER revisions_insert BEFORE INSERT ON revisions
WHEN NEW.rev != (SELECT coalesce(max(rev), -1) + 1 FROM revisions)
BEGIN SELECT RAISE(ABORT, 'revisions is append-only'); END;
CREATE TRIGGER audit_insert BEFORE INSERT ON audit
WHEN NEW.seq != (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

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

CREATE TRIGGER approvals_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, approval_id, doc_no, name, kind,
    action, needs_acquisition, authority, approved_on, withdrawn_on, declared_area_m2,
    district_code, area_m2, geometry, geojson, evidence
ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_update_of_end BEFORE UPDATE OF rev_to ON approvals
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;
CREATE TRIGGER approvals_delete BEFORE DELETE ON approvals
BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END;

CREATE TRIGGER releases_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, release_id, approval_id, kind,
    doc_no, decided_on, area_m2, geometry, geojson, evidence
ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
CREATE TRIGGER releases_update_of_end BEFORE UPDATE OF rev_to ON releases
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;
CREATE TRIGGER releases_delete BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'releases is append-only'); END;

CREATE TRIGGER acquisitions_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, acquisition_id, approval_id,
    announced_on, compensated_on, completed_on, declared_area_m2, area_m2, geometry, geojson,
    evidence
ON acquisitions
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;
CREATE TRIGGER acquisitions_update_of_end BEFORE UPDATE OF rev_to ON acquisitions
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;
CREATE TRIGGER acquisitions_delete BEFORE DELETE ON acquisitions
BEGIN SELECT RAISE(ABORT, 'acquisitions is append-only'); END;

CREATE TRIGGER reserves_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, reserve_id, source, in_on,
    out_on, net_land_on, mortgaged, cost_fen, area_m2, geometry, geojson, evidence
ON reserves
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;
CREATE TRIGGER reserves_update_of_end BEFORE UPDATE OF rev_to ON reserves
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;
CREATE TRIGGER reserves_delete BEFORE DELETE ON reserves
BEGIN SELECT RAISE(ABORT, 'reserves is append-only'); END;

CREATE TRIGGER supplies_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, supply_id, approval_id,
    contract_no, parcel_code, project_name, location, district_code, district_name, holder,
    holder_credit_code, land_use, land_use_scheme, industry, supply_mode, land_source,
    land_ownership, supplied_on, term_years, price_fen, paid_fen, declared_area_m2,
    agreed_delivery_on, delivered_on, agreed_start_on, agreed_completion_on, permit_on,
    started_on, completed_on, suspended_on, resumed_on, developed_area_m2,
    developable_area_m2, invested_fen, planned_investment_fen, idle_filed_on, mortgaged,
    mortgagee, seized, approving_government, returned_on, returned_kind, area_m2, geometry,
    geojson, evidence
ON supplies
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
CREATE TRIGGER supplies_update_of_end BEFORE UPDATE OF rev_to ON supplies
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;
CREATE TRIGGER supplies_delete BEFORE DELETE ON supplies
BEGIN SELECT RAISE(ABORT, 'supplies is append-only'); END;

CREATE TRIGGER footprints_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, footprint_id, supply_id,
    observed_on, removed_on, kind, area_m2, geometry, geojson, evidence
ON footprints
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;
CREATE TRIGGER footprints_update_of_end BEFORE UPDATE OF rev_to ON footprints
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;
CREATE TRIGGER footprints_delete BEFORE DELETE ON footprints
BEGIN SELECT RAISE(ABORT, 'footprints is append-only'); END;

CREATE TRIGGER districts_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, district_code, name, area_m2,
    geometry, geojson, evidence
ON districts
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;
CREATE TRIGGER districts_update_of_end BEFORE UPDATE OF rev_to ON districts
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;
CREATE TRIGGER districts_delete BEFORE DELETE ON districts
BEGIN SELECT RAISE(ABORT, 'districts is append-only'); END;

CREATE TRIGGER parks_update BEFORE UPDATE OF
    fact, feature, rev_from, delivery, delivery_row, content, park_id, name, status,
    leading_industry, area_m2, geometry, geojson, evidence
ON parks
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;
CREATE TRIGGER parks_update_of_end BEFORE UPDATE OF rev_to ON parks
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;
CREATE TRIGGER parks_delete BEFORE DELETE ON parks
BEGIN SELECT RAISE(ABORT, 'parks is append-only'); END;

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

CREATE TRIGGER pieces_update BEFORE UPDATE OF
    part, name, rev_from, content, area_m2, geometry
ON pieces
BEGIN SELECT RAISE(ABORT, 'pieces is append-only'); END;
CREATE TRIGGER pieces_update_of_end BEFORE UPDATE OF rev_to ON pieces
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'pieces is append-only'); END;
CREATE TRIGGER pieces_delete BEFORE DELETE ON pieces
BEGIN SELECT RAISE(ABORT, 'pieces is append-only'); END;

CREATE TRIGGER slivers_update BEFORE UPDATE OF
    part, name, rev_from, content, area_m2, geometry
ON slivers
BEGIN SELECT RAISE(ABORT, 'slivers is append-only'); END;
CREATE TRIGGER slivers_update_of_end BEFORE UPDATE OF rev_to ON slivers
WHEN OLD.rev_to IS NOT NULL OR NEW.rev_to IS NULL
BEGIN SELECT RAISE(ABORT, 'slivers is append-only'); END;
CREATE TRIGGER slivers_delete BEFORE DELETE ON slivers
BEGIN SELECT RAISE(ABORT, 'slivers is append-only'); END;
