package org.wardline.reading;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.directory.Devices;
import org.wardline.directory.Devices.Device;
import org.wardline.directory.Duties;
import org.wardline.directory.Duties.Duty;
import org.wardline.directory.OnCallRoles;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Entity;

/** The guarded way to on-call roles, who held them when, and the machines that act here. */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@SuppressWarnings("NullAway.Init")
public class OnCallDirectory {
  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private OnCallRoles roles;
  @Inject private Duties duties;
  @Inject private Devices devices;
  @Inject private AuditTrail audit;

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param identifier code of a role, or client id of a machine
   * @param name how the name of a role begins
   * @param after only what comes after this key: the next page
   */
  public record Query(
      Collection<UUID> ids,
      @Nullable String identifier,
      @Nullable String name,
      @Nullable UUID after) {
    private static Query of(UUID id) {
      return new Query(List.of(id), null, null, null);
    }
  }

  /**
   * A role, with who holds it now.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<OnCallRole> service(Actor actor, UUID id) {
    read(actor, "HealthcareService", id);
    return services(actor.organizationId(), Query.of(id), 1).stream().findAny();
  }

  /**
   * A page of roles, in the order of the keys.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<OnCallRole> services(Actor actor, Query query, int limit, String request) {
    search(actor, "HealthcareService", request);
    return services(actor.organizationId(), query, limit);
  }

  private List<OnCallRole> services(UUID organization, Query query, int limit) {
    return roles.find(
        organization, query.ids(), query.identifier(), query.name(), query.after(), limit);
  }

  /**
   * Somebody's time on duty.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Duty> duty(Actor actor, UUID id) {
    gate.pass(policy.decideDirectory(actor, "PractitionerRole", 'r'), actor);
    var query = new Duties.Query(List.of(id), List.of(), List.of(), null, null, null, null);
    Optional<Duty> found = duties.find(actor.organizationId(), query, 1).stream().findAny();
    found.ifPresent(duty -> recordRead(actor, "PractitionerRole", id));
    return found;
  }

  /**
   * A page of times on duty, in the order of their beginnings.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Duty> duties(Actor actor, Duties.Query query, int limit, String request) {
    search(actor, "PractitionerRole", request);
    return duties.find(actor.organizationId(), query, limit);
  }

  /**
   * A machine that acted here.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Device> device(Actor actor, UUID id) {
    read(actor, "Device", id);
    return devices.find(actor.organizationId(), List.of(id), null, null, 1).stream().findAny();
  }

  /**
   * A page of machines, in the order of the keys.
   *
   * @param request as it was asked, for the record
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Device> devices(Actor actor, Query query, int limit, String request) {
    search(actor, "Device", request);
    return devices.find(
        actor.organizationId(), query.ids(), query.identifier(), query.after(), limit);
  }

  private void read(Actor actor, String type, UUID id) {
    gate.pass(policy.decideDirectory(actor, type, 'r'), actor);
    recordRead(actor, type, id);
  }

  private void recordRead(Actor actor, String type, UUID id) {
    audit.record(actor, AuditAct.RESOURCE_READ, new Entity.Data(type + "/" + id, List.of()));
  }

  private void search(Actor actor, String type, String request) {
    gate.pass(policy.decideDirectory(actor, type, 's'), actor, new Entity.Query(request));
    audit.recordSearch(actor, request, List.of());
  }
}
