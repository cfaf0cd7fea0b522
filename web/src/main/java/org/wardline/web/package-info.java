/** What all doors over HTTP share: headers, the page, readiness. */
@NullMarked
package org.wardline.web;

import org.jspecify.annotations.NullMarked;
