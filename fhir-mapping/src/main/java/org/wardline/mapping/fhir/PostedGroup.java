package org.wardline.mapping.fhir;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Group.GroupMemberComponent;
import org.hl7.fhir.r4.model.Group.GroupType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.wardline.mapping.fhir.PostedCommunication.Party;
import org.wardline.message.InvalidMessageException;

/**
 * A group of people who are written to together (FHIR R4, Group): actual people, named one by one.
 * Groups of patients are not kept: they would say of many what each one's chart says under its own
 * rights.
 */
public final class PostedGroup {

  /** As many as a message can have recipients. */
  private static final int MOST = 100;

  private static final Set<String> MEMBERS = Set.of("Practitioner", "PractitionerRole");

  private PostedGroup() {}

  static void check(Group group) {
    if (group.getType() != GroupType.PRACTITIONER || !group.getActual()) {
      throw new InvalidMessageException(
          "Group.type", "Only groups of actual practitioners are kept.");
    }
    if (group.getMember().size() > MOST) {
      throw new InvalidMessageException(
          "Group.member", "A group has at most " + MOST + " members.");
    }
    for (int i = 0; i < group.getMember().size(); i++) {
      String at = "Group.member[" + i + "].entity";
      Reference entity = group.getMember().get(i).getEntity();
      if (PostedCommunication.party(entity, at).isEmpty() || !person(entity)) {
        throw new InvalidMessageException(
            at, "A member is a Practitioner or a PractitionerRole, by reference or by identifier.");
      }
    }
  }

  /** What has a literal reference must say of which type it is. */
  private static boolean person(Reference entity) {
    String type = type(entity);
    String said = entity.getType();
    return (said == null || MEMBERS.contains(said))
        && (!entity.hasReference() || MEMBERS.contains(type));
  }

  /**
   * Those who are in it at a moment; none when it is not active.
   *
   * @param now members whose {@code period} is over, or to come, are left out
   */
  public static List<Party> members(Group group, Instant now) {
    return group.hasActive() && !group.getActive()
        ? List.of()
        : group.getMember().stream()
            .filter(member -> !member.getInactive() && within(member.getPeriod(), now))
            .map(GroupMemberComponent::getEntity)
            .flatMap(entity -> PostedCommunication.party(entity, "Group.member").stream())
            .toList();
  }

  /** An end that names a day or less is until the end of it (FHIR R4, Period). */
  private static boolean within(Period period, Instant now) {
    BaseDateTimeType start = period.getStartElement();
    BaseDateTimeType end = period.getEndElement();
    return (!start.hasValue() || !start.getValue().toInstant().isAfter(now))
        && (!end.hasValue() || now.isBefore(after(end)));
  }

  private static Instant after(BaseDateTimeType end) {
    ZonedDateTime from = end.getValue().toInstant().atZone(ZoneId.systemDefault());
    return (switch (end.getPrecision()) {
          case YEAR -> from.plusYears(1);
          case MONTH -> from.plusMonths(1);
          case DAY -> from.plusDays(1);
          default -> from.plusSeconds(1);
        })
        .toInstant();
  }

  private static String type(Reference entity) {
    String type = entity.getReferenceElement().getResourceType();
    return type == null ? "" : type;
  }
}
