/** FHIR R4 to and from the vocabulary: pure functions. */
@NullMarked
package org.wardline.mapping.fhir;

import org.jspecify.annotations.NullMarked;
