package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** A resource type that is read one by one, so that a search can include what it refers to. */
interface ReadProvider extends IResourceProvider {
  /** One resource, for whoever may read it; the read is on record. */
  Resource read(IdType id, RequestDetails request);
}
