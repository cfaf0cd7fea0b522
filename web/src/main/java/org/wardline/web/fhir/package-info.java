/** The FHIR R4 door. */
@NullMarked
package org.wardline.web.fhir;

import org.jspecify.annotations.NullMarked;
