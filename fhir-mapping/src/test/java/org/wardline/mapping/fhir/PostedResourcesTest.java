package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class PostedResourcesTest {
  @Test
  void what_a_read_said_of_merges_is_not_kept_when_it_is_sent_back() {
    Patient read = new Patient();
    String other = "Patient/0190a000-0000-7000-8000-000000000001";
    read.addLink().setOther(new Reference(other)).setType(LinkType.REPLACES);
    read.addLink().setOther(new Reference(other)).setType(LinkType.SEEALSO);
    read.addLink()
        .setOther(new Reference("http://elsewhere.example/Patient/7"))
        .setType(LinkType.REPLACES);
    assertThat(PostedResources.patient(read, UUID.randomUUID()).details())
        .contains("seealso", "elsewhere.example")
        .containsOnlyOnce("\"replaces\"");
    assertThat(read.getLink()).hasSize(3);
  }
}
