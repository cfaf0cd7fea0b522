/** Filing into a FHIR R4 server. */
@NullMarked
package org.wardline.delivery.fhir;

import org.jspecify.annotations.NullMarked;
