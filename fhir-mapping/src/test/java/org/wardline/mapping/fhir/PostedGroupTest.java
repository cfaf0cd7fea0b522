package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Group.GroupMemberComponent;
import org.hl7.fhir.r4.model.Group.GroupType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.wardline.mapping.fhir.PostedCommunication.Party;
import org.wardline.message.InvalidMessageException;

class PostedGroupTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    ",, true",
    "2026-11-27T11:59:59Z,, true",
    "2026-11-27T12:00:01Z,, false",
    "2026-11-28,, false",
    ",2026-11-27T11:59:58Z, false",
    ",2026-11-27T12:00:01Z, true",
    ",2026-11-26, false",
    ",2026-11-28, true",
    ",2026-10, false",
    ",2026-12, true",
    ",2025, false",
    ",2027, true",
    "2026-11-01, 2026-12-01, true"
  })
  void who_is_in_it_depends_on_the_moment(
      @Nullable String start, @Nullable String end, boolean member) {
    Period period =
        new Period()
            .setStartElement(start == null ? new DateTimeType() : new DateTimeType(start))
            .setEndElement(end == null ? new DateTimeType() : new DateTimeType(end));
    Group group = group(new Reference("Practitioner/1"));
    group.getMemberFirstRep().setPeriod(period);
    assertThat(PostedGroup.members(group, NOW)).hasSize(member ? 1 : 0);
  }

  @Test
  void nobody_is_in_a_group_that_is_not_active_and_no_inactive_member() {
    Group group = group(new Reference("Practitioner/1"), numbered("nurse.cole"));
    group.getMember().get(0).setInactive(true);
    assertThat(PostedGroup.members(group, NOW)).containsExactly(new Party("", "", "nurse.cole"));
    assertThat(PostedGroup.members(group.setActive(false), NOW)).isEmpty();
  }

  @Test
  void people_are_taken_by_reference_and_by_identifier() {
    PostedGroup.check(
        group(
            new Reference("Practitioner/1"),
            new Reference("PractitionerRole/2"),
            numbered("nurse.cole"),
            numbered("nurse.cole").setType("Practitioner")));
  }

  @ParameterizedTest
  @CsvSource({
    "Patient/1,,",
    "urn:uuid:0198f0c2-0000-7000-8000-000000000000,,",
    "somebody,,",
    "Group/1,,",
    ",Patient,4711",
    "Practitioner/1,Patient,",
    ",,"
  })
  void nobody_else_is(@Nullable String reference, @Nullable String type, @Nullable String number) {
    Reference entity = number == null ? new Reference() : numbered(number);
    entity.setReference(reference).setType(type);
    assertThatThrownBy(() -> PostedGroup.check(group(new Reference("Practitioner/1"), entity)))
        .isInstanceOfSatisfying(
            InvalidMessageException.class,
            e -> assertThat(e.field()).isEqualTo("Group.member[1].entity"));
  }

  @Test
  void a_group_is_no_larger_than_a_message_has_recipients() {
    PostedGroup.check(group(people(100)));
    assertThatThrownBy(() -> PostedGroup.check(group(people(101))))
        .hasMessageContaining("at most 100");
  }

  private static Reference[] people(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Reference("Practitioner/" + i))
        .toArray(Reference[]::new);
  }

  private static Reference numbered(String number) {
    var reference = new Reference();
    reference.getIdentifier().setValue(number);
    return reference;
  }

  private static Group group(Reference... members) {
    Group group = new Group().setType(GroupType.PRACTITIONER).setActual(true);
    for (Reference member : members) {
      group.addMember(new GroupMemberComponent().setEntity(member));
    }
    return group;
  }
}
