/** A collection as a layer definition of QGIS (.qlr): its features and its vector tiles. */
import type { BoundaryVersion, Geography } from '../catalog/catalog.ts';
import { html } from '../http/html.ts';
import { type Language, textOf } from '../label.ts';
import { requireTileMatrixSet } from '../tiles/tile-matrix-set.ts';

/** QGIS takes vector tiles to be in this grid. */
const GRID = 'WebMercatorQuad';

/**
 * Writes the definition.
 * @param base address of the API
 * @param join the join parameters of the request; QGIS appends those of the address to every request of the provider OAPIF
 */
export function writeQgisLayers(
  geography: Geography,
  version: BoundaryVersion,
  language: Language,
  base: string,
  join: URLSearchParams,
): string {
  const { collection } = geography;
  const title = textOf(geography.label, language);
  const query = join.size === 0 ? '' : `?${join}`;
  const template = `${base}/collections/${collection}/tiles/${GRID}/{z}/{y}/{x}${query}`;
  const layers: Layer[] = [
    {
      id: `${collection}_features`,
      name: title,
      attributes: 'type="vector" geometry="Polygon"',
      provider: 'OAPIF',
      source: `pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' typename='${collection}' url='${base}${query}'`,
    },
    {
      id: `${collection}_tiles`,
      name: `${title} (MVT)`,
      attributes: 'type="vector-tile"',
      provider: '',
      source: new URLSearchParams({
        type: 'xyz',
        url: template,
        zmin: '0',
        zmax: String(requireTileMatrixSet(GRID).deepest),
      }).toString(),
    },
  ];
  const attribution = escapeXml(version.source.attribution);
  const tree = layers.map(
    ({ id, name, provider, source }) =>
      `<layer-tree-layer id="${id}" name="${escapeXml(name)}" providerKey="${provider}" source="${escapeXml(source)}" checked="Qt::Checked" expanded="0"/>`,
  );
  const maps = layers.map(
    ({ id, name, attributes, provider, source }) =>
      `<maplayer ${attributes}><id>${id}</id><datasource>${escapeXml(source)}</datasource><layername>${escapeXml(name)}</layername>` +
      `<attribution>${attribution}</attribution>${provider === '' ? '' : `<provider encoding="UTF-8">${provider}</provider>`}</maplayer>`,
  );
  return (
    '<!DOCTYPE qgis-layer-definition>\n<qlr>\n' +
    `<layer-tree-group name="" checked="Qt::Checked" expanded="1">${tree.join('')}</layer-tree-group>\n` +
    `<maplayers>${maps.join('')}</maplayers>\n</qlr>\n`
  );
}

interface Layer {
  id: string;
  name: string;
  /** Attributes of the element, which say what kind of layer it is. */
  attributes: string;
  /** Empty where the kind has none. */
  provider: string;
  source: string;
}

function escapeXml(text: string): string {
  return html`${text}`.markup;
}
