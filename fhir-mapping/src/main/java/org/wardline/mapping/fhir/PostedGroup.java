package org.wardline.mapping.fhir;

import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Group.GroupMemberComponent;
import org.hl7.fhir.r4.model.Group.GroupType;
import org.hl7.fhir.r4.model.Reference;
import org.wardline.mapping.fhir.PostedCommunication.Party;
import org.wardline.message.InvalidMessageException;

/**
 * A group of people who are written to together (FHIR R4, Group): actual people, named one by one.
 * Groups of patients are not kept: they would say of many what each one's chart says under its own
 * rights.
 */
public final class PostedGroup {
  private static final int MOST = 200;
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
      String type = type(entity);
      if (PostedCommunication.party(entity, at).isEmpty()
          || !(type.isEmpty() || MEMBERS.contains(type))) {
        throw new InvalidMessageException(
            at, "A member is a Practitioner or a PractitionerRole, by reference or by identifier.");
      }
    }
  }

  /** Those who are in it; none when it is not active. */
  public static List<Party> members(Group group) {
    return group.hasActive() && !group.getActive()
        ? List.of()
        : group.getMember().stream()
            .filter(member -> !member.getInactive())
            .map(GroupMemberComponent::getEntity)
            .flatMap(entity -> PostedCommunication.party(entity, "Group.member").stream())
            .toList();
  }

  private static String type(Reference entity) {
    String type = entity.getReferenceElement().getResourceType();
    return type == null ? "" : type;
  }
}
