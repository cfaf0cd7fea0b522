package org.wardline.message;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A record that another system put on its own audit trail and feeds into ours (IHE RESTful ATNA,
 * ITI-20), with what it is found by.
 *
 * @param recorded when, by that system's clock
 * @param action C, R, U, D or E
 * @param type code of the type
 * @param subtypes codes of the subtypes
 * @param outcome FHIR audit-event-outcome
 * @param agents references and identifiers of who took part
 * @param entities references of what it was about
 * @param patients our keys of patients among them
 * @param patientNumbers numbers of patients among them
 * @param json the FHIR AuditEvent, without id and version
 */
public record ForeignAuditRecord(
    Instant recorded,
    String action,
    String type,
    List<String> subtypes,
    String outcome,
    List<String> agents,
    List<String> entities,
    List<UUID> patients,
    List<BusinessIdentifier> patientNumbers,
    String json) {}
