package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.mapping.fhir.ProvenanceMapper;
import org.wardline.message.Identifiers;
import org.wardline.reading.Provenances;
import org.wardline.store.Keys;

/** Provenance: which HL7 v2 message told of a result, report, order, document or appointment. */
@Singleton
public class ProvenanceProvider implements ReadProvider {
  private static final int MOST = 100;
  private static final Set<String> TARGETS = Set.copyOf(PostedResources.CHART);

  private final Provenances provenances;
  private final Keys keys;

  @Inject
  public ProvenanceProvider(Provenances provenances, Keys keys) {
    this.provenances = provenances;
    this.keys = keys;
  }

  @Override
  public Class<Provenance> getResourceType() {
    return Provenance.class;
  }

  @Override
  @Read
  public Provenance read(@IdParam IdType id, RequestDetails request) {
    return provenances
        .of(Requests.actor(request), Requests.id(id))
        .map(ProvenanceMapper::toFhir)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Those of up to a hundred records, by {@code target} or {@code _id}. */
  @Search
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Provenance.SP_TARGET) @Nullable ReferenceOrListParam target,
      RequestDetails request) {
    List<UUID> wanted = new ArrayList<>(ChartSearch.ids(ids));
    if (target != null) {
      List<UUID> targets = Requests.keys(target);
      if (ids == null) {
        wanted.addAll(targets);
      } else {
        wanted.retainAll(targets);
      }
    }
    boolean sound = (ids != null || target != null) && wanted.size() <= MOST;
    var page = new Page(request, null, null);
    // who may not search is told that first
    List<Provenance> found = found(sound ? wanted : List.of(), request, page.asked());
    if (!sound) {
      throw new InvalidRequestException(
          "Provenance is searched by target, or by _id, of at most " + MOST + " resources.");
    }
    return page.whole(found, Date.from(keys.now()));
  }

  /** Those of what a search found, as it gives them along. */
  List<Provenance> of(List<Resource> resources, RequestDetails request) {
    List<UUID> targets =
        resources.stream()
            .filter(r -> TARGETS.contains(r.fhirType()))
            .map(r -> Identifiers.parse(r.getIdElement().getIdPart()))
            .toList();
    return targets.isEmpty()
        ? List.of()
        : found(targets, request, "Provenance?target=" + targets.size() + " resources");
  }

  private List<Provenance> found(List<UUID> targets, RequestDetails request, String asked) {
    return provenances.find(Requests.actor(request), targets, asked).stream()
        .map(ProvenanceMapper::toFhir)
        .toList();
  }
}
