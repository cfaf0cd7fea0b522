package org.wardline.web.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.Test;

class EntryOrderTest {
  private final List<BundleEntryComponent> entries = new ArrayList<>();

  @Test
  void what_is_referred_to_comes_first_wherever_it_stands() {
    post("urn:uuid:o", new Observation().addBasedOn(to("r")).setSubject(to("p")));
    post("urn:uuid:r", new ServiceRequest().setSubject(to("p")).setEncounter(to("e")));
    post("urn:uuid:e", new Encounter().setSubject(to("p")).setServiceProvider(to("h")));
    post("urn:uuid:h", new Organization());
    post("urn:uuid:p", new Patient());
    assertThat(EntryOrder.of(entries, Set.of())).containsExactly(4, 3, 2, 1, 0);
  }

  @Test
  void bytes_come_before_the_document_that_points_to_them() {
    var document = new DocumentReference();
    document.addContent().getAttachment().setUrl("urn:uuid:b");
    post("urn:uuid:d", document);
    post("urn:uuid:b", new Binary());
    assertThat(EntryOrder.of(entries, Set.of())).containsExactly(1, 0);
  }

  @Test
  void without_references_it_is_people_patients_stays_and_then_as_they_stand() {
    post("", new Observation());
    post("", new Encounter());
    post("", new Patient());
    post("", new ServiceRequest());
    assertThat(EntryOrder.of(entries, Set.of())).containsExactly(2, 1, 0, 3);
  }

  @Test
  void who_is_meant_by_a_number_comes_first_also_when_he_refers_to_others() {
    post("", new Observation().setSubject(new Reference("Patient?identifier=new")));
    post("urn:uuid:h", new Organization());
    post("urn:uuid:p", new Patient().setManagingOrganization(to("h")));
    assertThat(EntryOrder.of(entries, Set.of())).containsExactly(1, 2, 0);
  }

  @Test
  void whose_address_is_known_needs_not_be_there() {
    post("urn:uuid:e", new Encounter().addReasonReference(to("o")));
    post("urn:uuid:o", new Observation().setEncounter(to("e")));
    assertThat(EntryOrder.of(entries, Set.of("urn:uuid:o"))).containsExactly(0, 1);
  }

  @Test
  void one_address_is_of_one_entry() {
    post("urn:uuid:a", new Organization());
    post("urn:uuid:a", new Organization());
    assertThatThrownBy(() -> EntryOrder.of(entries, Set.of()))
        .isInstanceOf(InvalidRequestException.class);
  }

  @Test
  void what_is_only_read_is_not_kept() {
    entries.add(new BundleEntryComponent());
    entries.get(0).getRequest().setMethod(HTTPVerb.GET).setUrl("Patient");
    post("", new Patient());
    assertThat(EntryOrder.of(entries, Set.of())).containsExactly(1);
  }

  @Test
  void a_reference_to_itself_is_no_circle() {
    post("urn:uuid:o", new Organization().setPartOf(to("o")));
    assertThat(EntryOrder.of(entries, Set.of())).containsExactly(0);
  }

  @Test
  void a_circle_is_refused() {
    post("urn:uuid:a", new Organization().setPartOf(to("b")));
    post("urn:uuid:b", new Organization().setPartOf(to("a")));
    post("urn:uuid:c", new Organization());
    assertThatThrownBy(() -> EntryOrder.of(entries, Set.of()))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessageContaining("[0, 1]");
  }

  private static Reference to(String entry) {
    return new Reference("urn:uuid:" + entry);
  }

  private void post(String address, Resource resource) {
    var entry = new BundleEntryComponent();
    entry.setFullUrl(address.isEmpty() ? null : address).setResource(resource);
    entry.getRequest().setMethod(HTTPVerb.POST).setUrl(resource.fhirType());
    entries.add(entry);
  }
}
